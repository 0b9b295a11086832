// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A pass plugin that finds nothing out: while code is generated it reports what
// stands in the file that $DIAGNOSTICS names, one message on a line:
//
//	severity|file|line|column|text
//
// with the notes (severity 0) after what they belong to.

#include "../../../lib/Transforms/DiagnosticSink.h"
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void (*TheSink)(void *, const BPFFiberDiagnostic *);
static void *TheCookie;

extern "C" void
bpfFiberSetDiagnosticSink(void (*Sink)(void *, const BPFFiberDiagnostic *),
                          void *Cookie) {
  TheSink = Sink;
  TheCookie = Cookie;
  fprintf(stderr, "sink %s\n", Sink ? "set" : "taken back");
}

static char *field(char **Line) {
  char *Start = *Line, *End = strchr(Start, '|');
  if (End) {
    *End = 0;
    *Line = End + 1;
  }
  return Start;
}

static void reportAll(void *PassBuilder) {
  enum { MaxLines = 16 };
  char Lines[MaxLines][1024];
  BPFFiberDiagnosticNote Messages[MaxLines];
  int Severities[MaxLines], N = 0;

  FILE *File = fopen(getenv("DIAGNOSTICS"), "r");
  while (File && N < MaxLines && fgets(Lines[N], sizeof(Lines[N]), File)) {
    char *Rest = Lines[N];
    Rest[strcspn(Rest, "\n")] = 0;
    Severities[N] = atoi(field(&Rest));
    Messages[N].File = field(&Rest);
    Messages[N].Line = atoi(field(&Rest));
    Messages[N].Column = atoi(field(&Rest));
    Messages[N].Text = Rest;
    N++;
  }
  for (int I = 0, Next; I < N; I = Next) {
    for (Next = I + 1; Next < N && Severities[Next] == 0; Next++)
      ;
    BPFFiberDiagnostic D = {Severities[I],    Messages[I].File,
                            Messages[I].Line, Messages[I].Column,
                            Messages[I].Text, &Messages[I + 1],
                            unsigned(Next - I - 1)};
    if (TheSink)
      TheSink(TheCookie, &D);
    else
      fprintf(stderr, "no sink\n");
  }
}

// As in LLVM's PassPlugin.h, which would need all of LLVM's headers here.
struct PassPluginLibraryInfo {
  uint32_t APIVersion;
  const char *PluginName;
  const char *PluginVersion;
  void (*RegisterPassBuilderCallbacks)(void *);
#if PASS_API >= 2
  void *PreCodeGenCallback;
#endif
};

extern "C" PassPluginLibraryInfo llvmGetPassPluginInfo() {
  PassPluginLibraryInfo Info = {};
  Info.APIVersion = PASS_API;
  Info.PluginName = Info.PluginVersion = "fake";
  Info.RegisterPassBuilderCallbacks = reportAll;
  return Info;
}

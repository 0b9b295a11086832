// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What the user knows a value as: its variable, its type, the lines where it
// comes from and is used.

#ifndef BPF_FIBER_TRANSFORMS_SOURCEVARIABLES_H
#define BPF_FIBER_TRANSFORMS_SOURCEVARIABLES_H

#include "FiberShape.h"
#include "llvm/IR/DebugInfoMetadata.h"
#include "llvm/IR/DebugLoc.h"

namespace llvm::bpffiber {

/// The C variable that V is the value of, preferring one of the fiber itself
/// to one of an inlined function, and of an object the one that it was declared
/// as.
DILocalVariable *findVariable(Value *V);

/// What the user may call a value.
struct SourceName {
  /// An identifier; empty if there is none.
  std::string Text;
  /// The variable that it is of, if it is one of the user's.
  DILocalVariable *Variable = nullptr;
  /// The value's type in C, if it is what the name says, perhaps in more bits.
  DIType *Type = nullptr;
  /// Kept in fewer bits than it has in C, it is negative if its top bit is set.
  bool IsSigned = false;

  bool empty() const { return Text.empty(); }
};

/// In this order:
///   i, s_a       V is the variable, or that member of it,
///   i_minus_1    it is the variable that much off,
///   for_i        the variable is computed from it,
///   total, get   it was read from that global, or returned by that function.
SourceName nameValue(Value *V);

/// As it is written in C: "__u32", "struct flow *", "unsigned char[16]".
std::string getTypeName(const DIType *T);

uint64_t getSizeInBits(const DIType *T);

/// Where Variable is declared.
DebugLoc getDeclaration(const DILocalVariable *Variable);

/// Where V gets its value: in the user's code, with a line, or null.
DebugLoc findDefinition(Value *V, const DILocalVariable *Variable);

/// The nearest instruction behind S that has a line and that IsIt says yes to,
/// on ways that do not lead past Last.
Instruction *findBehind(const SuspendPoint &S,
                        function_ref<bool(const Instruction &)> IsIt,
                        const Value *Last);
/// The nearest that uses V before V gets its next value. A use without a line
/// stands for those of its result.
Instruction *findUseBehind(const SuspendPoint &S, Value *V);

} // namespace llvm::bpffiber

#endif

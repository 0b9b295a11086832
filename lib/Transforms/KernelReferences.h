// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef BPF_FIBER_TRANSFORMS_KERNELREFERENCES_H
#define BPF_FIBER_TRANSFORMS_KERNELREFERENCES_H

#include "llvm/ADT/StringMap.h"
#include "llvm/IR/DebugInfoMetadata.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/Module.h"

namespace llvm::bpffiber {

/// What a call that acquires a kernel reference gives.
struct Reference {
  /// The struct, as BTF names it. The verifier tells references apart by it.
  StringRef Type;
  /// The kfunc that releases one; empty if no map can own this type: it has no
  /// destructor for bpf_obj_free_fields() to call.
  StringRef Release;
  /// Acquired by the program's own code with bpf_obj_new(): released by
  /// bpf_obj_drop_impl(), which has a second argument.
  bool IsObject = false;
  /// The struct in debug info; null without it.
  DIType *Pointee = nullptr;

  bool isOwnable() const { return !Release.empty() && Pointee; }
  bool isSameType(const Reference &Other) const { return Type == Other.Type; }
};

/// The name of the kfunc that Call calls, or nothing.
StringRef getKfuncName(const CallBase &Call);

/// Knows the kfuncs that acquire and release references. Which do is a flag
/// inside the kernel that no BTF tells (KF_ACQUIRE, KF_RELEASE), so they are
/// listed here; programs add others with FIBER_REFERENCE().
class KernelReferences {
public:
  explicit KernelReferences(Module &M);

  /// What Call acquires, if it acquires.
  std::optional<Reference> acquiredBy(const CallBase &Call) const;
  /// Whether Call takes the reference V away from its caller.
  bool isReleasedBy(const Value *V, const CallBase &Call) const;
  /// Releases V if it is not null: a call of getDrop().
  void emitDrop(IRBuilder<> &B, const Reference &Ref, Value *V) const;
  /// void (ptr V), to be inlined.
  Function *getDrop(const Function &Fiber, const Reference &Ref) const;

  /// Takes the declarations made with FIBER_REFERENCE() out of the module.
  static bool eraseDeclarations(Module &M);

private:
  Module &M;
  /// Acquiring kfunc to releasing kfunc, from FIBER_REFERENCE().
  StringMap<StringRef> Declared;
};

} // namespace llvm::bpffiber

#endif

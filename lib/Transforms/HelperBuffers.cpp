// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "HelperBuffers.h"
#include "ValueOrigin.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/Module.h"

namespace llvm::bpffiber {

namespace {

/// A helper that fills a buffer.
struct Filler {
  int64_t Helper;
  unsigned Address, Size;
  /// Whether it fills all of it, whatever happens.
  bool IsWhole;
};

struct Filling {
  CallBase *Call;
  const Filler *By;
  uint64_t Offset, Size;
};

} // namespace

static constexpr Filler Fillers[] = {
    {helper::ProbeRead, 0, 1, true},
    {helper::GetCurrentComm, 0, 1, true},
    {helper::SkbLoadBytes, 2, 3, true},
    {helper::ProbeReadStr, 0, 1, false},
    {helper::SkbLoadBytesRelative, 2, 3, true},
    {helper::ProbeReadUser, 0, 1, true},
    {helper::ProbeReadKernel, 0, 1, true},
    {helper::ProbeReadUserStr, 0, 1, false},
    {helper::ProbeReadKernelStr, 0, 1, false},
    {helper::CopyFromUser, 0, 1, true},
    {helper::XdpLoadBytes, 2, 3, false},
};

/// Where LLVM does not make one of the buffer and the member the stack has
/// both.
static constexpr uint64_t MaxBufferSize = 64;

static std::optional<Filling> asFilling(Use &U, uint64_t Offset) {
  auto *Call = dyn_cast<CallBase>(U.getUser());
  if (!Call || !Call->isArgOperand(&U))
    return std::nullopt;
  const Filler *By = find_if(
      Fillers, [&](const Filler &F) { return F.Helper == getHelper(*Call); });
  if (By == std::end(Fillers) || Call->getArgOperandNo(&U) != By->Address ||
      Call->arg_size() <= By->Size)
    return std::nullopt;
  auto *Size = dyn_cast<ConstantInt>(Call->getArgOperand(By->Size));
  if (!Size || Size->isZero() || Size->getValue().ugt(MaxBufferSize))
    return std::nullopt;
  return Filling{Call, By, Offset, Size->getZExtValue()};
}

/// Finds what fills parts of the object at Address, Offset in it. False if
/// something else has its address or computes one in it.
static bool findFillings(Value &Address, uint64_t Offset, uint64_t ObjectSize,
                         SmallVectorImpl<Filling> &Found) {
  const DataLayout &DL =
      cast<Instruction>(Address).getModule()->getDataLayout();
  for (Use &U : Address.uses()) {
    auto *I = cast<Instruction>(U.getUser());
    if (auto *Part = dyn_cast<GetElementPtrInst>(I)) {
      APInt There(DL.getIndexTypeSizeInBits(Part->getType()), Offset);
      if (!Part->accumulateConstantOffset(DL, There) || There.ugt(ObjectSize) ||
          !findFillings(*Part, There.getZExtValue(), ObjectSize, Found))
        return false;
    } else if (auto Fill = asFilling(U, Offset)) {
      // All of the object would still be one.
      if (Fill->Size >= ObjectSize || Offset + Fill->Size > ObjectSize)
        return false;
      Found.push_back(*Fill);
    } else if (auto *Memory = dyn_cast<MemIntrinsic>(I)) {
      if (Memory->isVolatile() || !isa<ConstantInt>(Memory->getLength()))
        return false;
    } else if (auto *Load = dyn_cast<LoadInst>(I)) {
      if (!Load->isSimple())
        return false;
    } else if (auto *Store = dyn_cast<StoreInst>(I)) {
      if (!Store->isSimple() || U.getOperandNo() != 1)
        return false;
    } else if (!I->isLifetimeStartOrEnd()) {
      return false;
    }
  }
  return true;
}

static void separate(const Filling &Fill, Align Alignment) {
  CallBase *Call = Fill.Call;
  Function &F = *Call->getFunction();
  Value *Member = Call->getArgOperand(Fill.By->Address);
  IRBuilder<> B(&F.getEntryBlock(), F.getEntryBlock().begin());
  AllocaInst *Buffer = B.CreateAlloca(ArrayType::get(B.getInt8Ty(), Fill.Size),
                                      nullptr, "buffer");
  Buffer->setAlignment(Align(8));
  B.SetInsertPoint(Call);
  B.CreateLifetimeStart(Buffer);
  if (!Fill.By->IsWhole)
    B.CreateMemCpy(Buffer, Buffer->getAlign(), Member, Alignment, Fill.Size);
  Call->setArgOperand(Fill.By->Address, Buffer);
  B.SetInsertPoint(Call->getNextNode());
  B.SetCurrentDebugLocation(Call->getDebugLoc());
  B.CreateMemCpy(Member, Alignment, Buffer, Buffer->getAlign(), Fill.Size);
  B.CreateLifetimeEnd(Buffer);
}

void separateBuffers(Function &F) {
  const DataLayout &DL = F.getParent()->getDataLayout();
  SmallVector<AllocaInst *> Locals;
  for (Instruction &I : instructions(F))
    if (auto *Local = dyn_cast<AllocaInst>(&I))
      Locals.push_back(Local);
  for (AllocaInst *Local : Locals) {
    auto Size = Local->getAllocationSize(DL);
    SmallVector<Filling> Found;
    if (!Size || !Local->isStaticAlloca() ||
        !findFillings(*Local, 0, Size->getFixedValue(), Found))
      continue;
    for (const Filling &Fill : Found)
      separate(Fill, commonAlignment(Local->getAlign(), Fill.Offset));
  }
}

} // namespace llvm::bpffiber

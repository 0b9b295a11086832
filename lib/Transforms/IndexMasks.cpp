// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "IndexMasks.h"
#include "AddressBounds.h"
#include "Compat.h"
#include "IntegerRanges.h"
#include "MapDefinition.h"
#include "Primitives.h"
#include "ValueOrigin.h"
#include "YieldPoints.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/Analysis/CFG.h"
#include "llvm/Analysis/LazyValueInfo.h"
#include "llvm/Analysis/LoopInfo.h"
#include "llvm/Analysis/ScalarEvolution.h"
#include "llvm/Analysis/ScalarEvolutionExpressions.h"
#include "llvm/Analysis/ValueTracking.h"
#include "llvm/IR/InlineAsm.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/Module.h"
#include "llvm/IR/Operator.h"
#include "llvm/Transforms/Utils/Local.h"

namespace llvm::bpffiber {

/// The furthest that the verifier lets a number move an address, in bytes
/// (check_reg_sane_offset(), BPF_MAX_VAR_OFF).
static constexpr uint64_t MaxOffset = 1 << 29;
/// Of which an index is computed; of more nothing is found out.
static constexpr unsigned MaxComputed = 32;

namespace {

/// A place in memory that is read or written, by a number.
struct Access {
  /// Of what reads or writes, or of a phi between it and the address.
  Use *Pointer;
  /// The addition of the number to an address, and what follows it.
  SmallVector<GetElementPtrInst *, 4> Steps;
  Use *Index;
  uint64_t Stride;
  /// With which it is inside of the object, if that is known.
  std::optional<ConstantRange> Allowed;
};

class IndexMasks {
public:
  IndexMasks(Function &F, FunctionAnalysisManager &FAM)
      : F(F), FAM(FAM), DL(F.getParent()->getDataLayout()) {
    for (BasicBlock &BB : F)
      if (asksMayGoto(BB))
        Headers.push_back(&BB);
  }
  void run();

private:
  std::optional<Access> analyze(Use &Pointer) const;
  bool isForgottenBetween(const Instruction &I, const BasicBlock &At);
  bool isForgotten(Value *V, const BasicBlock &At);
  bool isKnownToVerifier(const Access &A);
  /// What the index can be, if LLVM knows that this is allowed.
  std::optional<ConstantRange> knownToCompiler(const Access &A);
  void mask(const Access &A, const ConstantRange &Range);

  Function &F;
  FunctionAnalysisManager &FAM;
  const DataLayout &DL;
  std::optional<IntegerRanges> Compiler, Verifier;
  /// Of the loops that yield.
  SmallVector<const BasicBlock *> Headers;
};

} // namespace

/// The bytes that are accessed at U, 0 if nobody can say; nothing if U is no
/// address of an access.
static std::optional<uint64_t> bytesAt(const Use &U, const DataLayout &DL) {
  const auto *I = cast<Instruction>(U.getUser());
  Type *Ty = nullptr;
  if (const auto *Store = dyn_cast<StoreInst>(I);
      Store && U.getOperandNo() == StoreInst::getPointerOperandIndex())
    Ty = Store->getValueOperand()->getType();
  else if (isa<LoadInst>(I))
    Ty = I->getType();
  else if (isa<AtomicRMWInst, AtomicCmpXchgInst>(I) && U.getOperandNo() == 0)
    Ty = I->getOperand(1)->getType();
  else if (isa<CallInst>(I) && cast<CallInst>(I)->isArgOperand(&U) &&
           !isa<IntrinsicInst>(I) && !cast<CallInst>(I)->isInlineAsm())
    return 0;
  else
    return std::nullopt;
  return DL.getTypeStoreSize(Ty);
}

/// What reads and writes at U, perhaps behind phis; nothing if U is anything
/// but an address of accesses.
static SmallVector<const Use *, 4> accessesAt(const Use &U,
                                              const DataLayout &DL) {
  SmallVector<const Use *, 4> Accesses;
  SmallSetVector<const Use *, 8> Uses;
  Uses.insert(&U);
  for (unsigned N = 0; N != Uses.size(); ++N) {
    if (auto *Phi = dyn_cast<PHINode>(Uses[N]->getUser()))
      for (const Use &Outer : Phi->uses())
        Uses.insert(&Outer);
    else if (bytesAt(*Uses[N], DL))
      Accesses.push_back(Uses[N]);
    else
      return {};
  }
  return Accesses;
}

/// The most bytes that are accessed at U, 0 if nobody can say; nothing if U is
/// no address of accesses only.
static std::optional<uint64_t> mostBytesAt(const Use &U, const DataLayout &DL) {
  // Of two ways from one block, by a switch, both bring the same.
  if (auto *Phi = dyn_cast<PHINode>(U.getUser());
      Phi && count(Phi->blocks(), Phi->getIncomingBlock(U)) > 1)
    return std::nullopt;
  std::optional<uint64_t> Most;
  for (const Use *Access : accessesAt(U, DL)) {
    uint64_t Bytes = *bytesAt(*Access, DL);
    if (!Bytes)
      return 0;
    Most = std::max(Bytes, Most.value_or(0));
  }
  return Most;
}

/// Whether all that is accessed at U is noted to be in its object.
static bool isNotedInObject(const Use &U, const DataLayout &DL) {
  return all_of(accessesAt(U, DL), [](const Use *Access) {
    return cast<Instruction>(Access->getUser())->hasMetadata(InObjectMetadata);
  });
}

static Value *stripHidden(Value *V) {
  while (auto *Call = dyn_cast<CallInst>(V)) {
    if (!isOpaqueIdentity(*Call))
      break;
    V = Call->getArgOperand(0);
  }
  return V;
}

static bool isLookup(const CallInst &Call) {
  int64_t Helper = getHelper(Call);
  return Helper == helper::MapLookupElem ||
         Helper == helper::MapLookupPercpuElem;
}

/// Whether a number may be added to V again, elsewhere, which to the verifier
/// is another pointer if V is one into a packet.
static bool isMemory(Value *V) {
  SmallSetVector<const Value *, 8> Objects;
  Objects.insert(V);
  for (unsigned N = 0; N != Objects.size(); ++N) {
    const Value *Object = getUnderlyingObject(Objects[N]);
    if (const auto *Call = dyn_cast<CallInst>(Object)) {
      if (isOpaqueIdentity(*Call))
        Objects.insert(Call->getArgOperand(0));
      else if (!isLookup(*Call))
        return false;
    } else if (const auto *Phi = dyn_cast<PHINode>(Object)) {
      Objects.insert(Phi->op_begin(), Phi->op_end());
    } else if (const auto *Choice = dyn_cast<SelectInst>(Object)) {
      Objects.insert(Choice->getTrueValue());
      Objects.insert(Choice->getFalseValue());
    } else if (const auto *Arg = dyn_cast<Argument>(Object)) {
      if (!Arg->getParent()->hasFnAttribute(CallbackAttr))
        return false;
    } else if (!isa<AllocaInst, GlobalVariable, ConstantPointerNull>(Object)) {
      return false;
    }
  }
  return true;
}

/// Of a value of a map and of a frame too.
static std::optional<uint64_t> sizeOf(const Value *Object,
                                      const DataLayout &DL) {
  if (auto Size = getVariableSize(Object, DL))
    return Size;
  if (const auto *Arg = dyn_cast<Argument>(Object)) {
    const Function &Callback = *Arg->getParent();
    uint64_t Size = Callback.getFnAttributeAsParsedInteger(FrameSizeAttr);
    if (Size && Arg->getArgNo() + 1 == Callback.arg_size())
      return Size;
    return std::nullopt;
  }
  const auto *Call = dyn_cast<CallInst>(Object);
  if (!Call || !isLookup(*Call))
    return std::nullopt;
  const auto *Map = dyn_cast<GlobalVariable>(Call->getArgOperand(0));
  auto Definition = Map ? getMapDefinition(*Map) : std::nullopt;
  if (Definition && Definition->hasPlainValues() && Definition->ValueSize)
    return Definition->ValueSize;
  return std::nullopt;
}

std::optional<Access> IndexMasks::analyze(Use &Pointer) const {
  auto Bytes =
      isa<GetElementPtrInst>(Pointer) ? mostBytesAt(Pointer, DL) : std::nullopt;
  if (!Bytes)
    return std::nullopt;
  Access A{&Pointer, {}, nullptr, 0, std::nullopt};
  unsigned Bits = DL.getIndexTypeSizeInBits(Pointer->getType());
  APInt Offset(Bits, 0);
  Value *Base = Pointer;
  while (!A.Index) {
    auto *Step = dyn_cast<GetElementPtrInst>(Base);
    compat::CollectedOffsets Numbers;
    if (!Step || !Step->collectOffset(DL, Bits, Numbers, Offset) ||
        Numbers.size() > 1)
      return std::nullopt;
    A.Steps.push_back(Step);
    Base = Step->getPointerOperand();
    if (Numbers.empty())
      continue;
    auto [Number, Scale] = Numbers.front();
    A.Index = find_if(Step->indices(),
                      [&, N = Number](const Use &Index) { return Index == N; });
    if (Scale.getSExtValue() <= 0 || !Number->getType()->isIntegerTy(Bits) ||
        !isa<Instruction, Argument>(Number) || getCoreOffset(Number))
      return std::nullopt;
    A.Stride = Scale.getZExtValue();
  }
  if (!isMemory(Base))
    return std::nullopt;
  APInt Before(Bits, 0);
  const Value *Object = stripHidden(Base)->stripAndAccumulateConstantOffsets(
      DL, Before, /*AllowNonInbounds=*/true);
  auto Size = sizeOf(Object, DL);
  int64_t Begin = (Before + Offset).getSExtValue();
  if (!Size || !*Bytes || *Bytes > *Size || Begin < -int64_t(MaxOffset) ||
      Begin > int64_t(MaxOffset))
    return A;
  APInt Least =
            APIntOps::RoundingSDiv(APInt(Bits, -Begin, /*isSigned=*/true),
                                   APInt(Bits, A.Stride), APInt::Rounding::UP),
        Most = APIntOps::RoundingSDiv(
            APInt(Bits, int64_t(*Size - *Bytes) - Begin, /*isSigned=*/true),
            APInt(Bits, A.Stride), APInt::Rounding::DOWN);
  if (Least.sle(Most))
    A.Allowed = ConstantRange(Least, Most + 1);
  return A;
}

/// Whether code generation may compute I elsewhere.
static bool isMovable(Instruction &I) {
  return isa<BinaryOperator, CastInst, SelectInst, FreezeInst>(I) ||
         lookThroughPassthrough(&I);
}

/// The numbers from which V is computed by instructions that may be moved;
/// nothing if it is too much.
static SmallVector<Instruction *, 8> sourcesOf(Value *V) {
  SmallVector<Instruction *, 8> Sources;
  SmallSetVector<Value *, 8> Slice;
  Slice.insert(V);
  for (unsigned N = 0; N != Slice.size(); ++N) {
    auto *I = dyn_cast<Instruction>(Slice[N]);
    if (I && isMovable(*I))
      Slice.insert(I->op_begin(), I->op_end());
    else if (I)
      Sources.push_back(I);
    if (Slice.size() > MaxComputed)
      return {};
  }
  return Sources;
}

/// Whether the access is of its object with each number in Range. Of one whose
/// size nobody knows all is that is not too far.
static bool isAllowed(const Access &A, const ConstantRange &Range) {
  if (A.Allowed)
    return A.Allowed->contains(Range);
  return Range.getSignedMin().isNonNegative() &&
         Range.getSignedMax().ule(MaxOffset / A.Stride);
}

/// Whether the index counts from a constant: the verifier follows it by its
/// values, and the loop, if it does not yield, round by round.
static bool isCounted(const Access &A, ScalarEvolution &SE) {
  const SCEV *Index = SE.getSCEV(*A.Index);
  const auto *Counter = dyn_cast<SCEVAddRecExpr>(Index);
  return Counter && isa<SCEVConstant>(Counter->getStart()) &&
         isa<SCEVConstant>(Counter->getStepRecurrence(SE)) &&
         !asksMayGoto(*Counter->getLoop()->getHeader()) &&
         isAllowed(A, SE.getUnsignedRange(Index));
}

/// Whether L has a test of I, or of what is computed from it in the same
/// register, behind which the verifier knows more of it. A test in front of L
/// whose result is asked in it is there as well: code generation moves it.
static bool isTestedIn(const Instruction &I, const Loop &L) {
  return any_of(I.users(), [&](const User *U) {
    const auto *By = cast<Instruction>(U);
    if (isa<ICmpInst, CallBrInst>(By))
      return L.contains(By) || any_of(By->users(), [&](const User *Asks) {
               return L.contains(cast<Instruction>(Asks));
             });
    return isa<TruncInst, ZExtInst>(By) && isTestedIn(*By, L);
  });
}

/// Of a number of which the verifier does not know the same each time that it
/// comes to the header of a loop that yields, it forgets all there
/// (widen_imprecise_scalars()). Whether that is between I and At.
bool IndexMasks::isForgottenBetween(const Instruction &I,
                                    const BasicBlock &At) {
  auto &LI = FAM.getResult<LoopAnalysis>(F);
  auto &DT = FAM.getResult<DominatorTreeAnalysis>(F);
  SmallPtrSet<BasicBlock *, 1> Home{const_cast<BasicBlock *>(I.getParent())};
  return any_of(Headers, [&](const BasicBlock *Header) {
    if (Header == I.getParent() || !DT.dominates(I.getParent(), Header) ||
        !isPotentiallyReachable(Header, &At, &Home, &DT, &LI))
      return false;
    const Loop *L = LI.getLoopFor(Header);
    return !L || isTestedIn(I, *L) ||
           isPotentiallyReachable(Header, I.getParent(), nullptr, &DT, &LI);
  });
}

/// The same for V and all that is merged in it, on the way to At.
bool IndexMasks::isForgotten(Value *V, const BasicBlock &At) {
  SmallSetVector<std::pair<Value *, const BasicBlock *>, 8> Work;
  Work.insert({V, &At});
  for (unsigned N = 0; N != Work.size(); ++N) {
    if (N == MaxComputed)
      return true;
    auto [Number, To] = Work[N];
    for (Instruction *I : sourcesOf(Number)) {
      if (isForgottenBetween(*I, *To))
        return true;
      if (auto *Phi = dyn_cast<PHINode>(I))
        for (auto [In, From] : zip_equal(Phi->incoming_values(), Phi->blocks()))
          Work.insert({In, From});
    }
  }
  return false;
}

bool IndexMasks::isKnownToVerifier(const Access &A) {
  if (isCounted(A, FAM.getResult<ScalarEvolutionAnalysis>(F)))
    return true;
  if (!Verifier)
    Verifier.emplace(F, /*PoisonIsNone=*/false,
                     IntegerRanges::CautiousVerifier);
  Value *Index = *A.Index;
  auto *Step = cast<Instruction>(A.Index->getUser());
  const BasicBlock *At = Step->getParent();
  if (!isAllowed(A, Verifier->getAt(Index, At)))
    return false;
  auto &LI = FAM.getResult<LoopAnalysis>(F);
  auto &DT = FAM.getResult<DominatorTreeAnalysis>(F);
  auto Sources = sourcesOf(Index);
  for (Loop *L = LI.getLoopFor(At); L; L = L->getParentLoop()) {
    if (any_of(Sources, [&](Instruction *I) { return L->contains(I); }))
      break;
    // It may be computed in front of the loop, and of a test.
    if (const BasicBlock *Before = L->getLoopPreheader())
      if (!isAllowed(A, Verifier->getFrom(Index, [&](Value *V) {
            auto *I = dyn_cast<Instruction>(V);
            return I && !DT.dominates(I->getParent(), Before)
                       ? std::optional<ConstantRange>()
                       : Verifier->getAt(V, Before);
          })))
        return false;
  }
  // Code generation computes addresses where they are used, if that is cheap
  // (CodeGenPrepare).
  const BasicBlock *Used = whereNeeded(*A.Pointer)->getParent();
  if (isForgotten(Index, *At) || isForgotten(Index, *Used))
    return isAllowed(A, Verifier->getFrom(Index, [](Value *V) {
      auto *I = dyn_cast<Instruction>(V);
      unsigned Bits = V->getType()->getIntegerBitWidth();
      return !I || isMovable(*I) ? std::optional<ConstantRange>()
                                 : ConstantRange::getFull(Bits);
    }));
  return true;
}

std::optional<ConstantRange> IndexMasks::knownToCompiler(const Access &A) {
  if (!Compiler)
    Compiler.emplace(F);
  Instruction *User = whereNeeded(*A.Pointer);
  auto &LVI = FAM.getResult<LazyValueAnalysis>(F);
  auto &SE = FAM.getResult<ScalarEvolutionAnalysis>(F);
  ConstantRange Range =
      Compiler->getAt(*A.Index, User->getParent())
          .intersectWith(
              LVI.getConstantRange(*A.Index, User, /*UndefAllowed=*/false))
          .intersectWith(SE.getUnsignedRange(SE.getSCEV(*A.Index)));
  // Tests that contradict each other are ways that the verifier walks.
  if (Range.isEmptySet())
    Range = ConstantRange(APInt::getZero(Range.getBitWidth()));
  if (isAllowed(A, Range))
    return Range;
  if (isNotedInObject(*A.Pointer, DL))
    return A.Allowed;
  return std::nullopt;
}

/// V, with no other bits than those of Mask.
static Value *withBits(IRBuilder<> &B, Value *V, uint64_t Mask) {
  auto *Ty = FunctionType::get(V->getType(), {V->getType(), V->getType()},
                               /*isVarArg=*/false);
  return B.CreateCall(InlineAsm::get(Ty, "$0 &= $2", "=r,0,i",
                                     /*hasSideEffects=*/false),
                      {V, ConstantInt::get(V->getType(), Mask)});
}

/// V, or 0 if it is more than Most.
static Value *atMost(IRBuilder<> &B, Value *V, uint64_t Most) {
  auto *Ty = FunctionType::get(V->getType(), {V->getType(), V->getType()},
                               /*isVarArg=*/false);
  return B.CreateCall(InlineAsm::get(Ty, "if $0 <= $2 goto +1; $0 = 0",
                                     "=r,0,i", /*hasSideEffects=*/false),
                      {V, ConstantInt::get(V->getType(), Most)});
}

void IndexMasks::mask(const Access &A, const ConstantRange &Range) {
  Instruction *User = whereNeeded(*A.Pointer);
  IRBuilder<> B(User);
  int64_t Least = Range.getSignedMin().getSExtValue(),
          Most = Range.getSignedMax().getSExtValue();
  // Of those that begin with 0 more may be allowed.
  if (Least > 0 &&
      (!A.Allowed || A.Allowed->contains(APInt::getZero(Range.getBitWidth()))))
    Least = 0;
  Value *Index = *A.Index;
  if (Least)
    Index = B.CreateSub(Index, ConstantInt::get(Index->getType(), Least));
  uint64_t Mask = NextPowerOf2(Most - Least) - 1;
  bool Fits = !A.Allowed || A.Allowed->getSignedMax().getSExtValue() - Least >=
                                static_cast<int64_t>(Mask);
  Index = Fits ? withBits(B, Index, Mask) : atMost(B, Index, Most - Least);
  if (Least)
    Index = B.CreateAdd(Index, ConstantInt::get(Index->getType(), Least));
  Value *Address = nullptr;
  for (GetElementPtrInst *Step : reverse(A.Steps)) {
    auto *New = cast<GetElementPtrInst>(Step->clone());
    if (Address)
      New->setOperand(0, Address);
    else
      New->setOperand(A.Index->getOperandNo(), Index);
    New->setDebugLoc(User->getDebugLoc());
    Address = B.Insert(New);
  }
  A.Pointer->set(Address);
}

void IndexMasks::run() {
  SmallVector<std::pair<Access, ConstantRange>> Unknown;
  for (Instruction &I : instructions(F))
    for (Use &U : I.operands())
      if (auto A = analyze(U); A && !isKnownToVerifier(*A))
        if (auto Range = knownToCompiler(*A))
          Unknown.push_back({*A, *Range});
  for (auto &[A, Range] : Unknown)
    mask(A, Range);
  SmallVector<WeakTrackingVH> Old;
  for (auto &[A, Range] : Unknown)
    Old.append(A.Steps.begin(), A.Steps.end());
  RecursivelyDeleteTriviallyDeadInstructionsPermissive(Old);
}

void maskIndices(Function &F, FunctionAnalysisManager &FAM) {
  FAM.invalidate(F, PreservedAnalyses::none());
  IndexMasks(F, FAM).run();
}

} // namespace llvm::bpffiber

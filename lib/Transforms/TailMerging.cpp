// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "TailMerging.h"
#include "Primitives.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/Analysis/DomTreeUpdater.h"
#include "llvm/Analysis/ValueTracking.h"
#include "llvm/IR/Dominators.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/Module.h"
#include "llvm/Transforms/Utils/BasicBlockUtils.h"
#include "llvm/Transforms/Utils/Local.h"
#include "llvm/Transforms/Utils/ValueMapper.h"

namespace llvm::bpffiber {

/// What must be saved, in instructions, for it to be worth it: the verifier
/// knows less behind a join, and walks it again.
static constexpr int MinBenefit = 10;
/// Nothing is forgotten where all is equal.
static constexpr int MinEqualBenefit = 8;
/// Of an end that goes on in another one, in LLVM's instructions.
static constexpr size_t MinCommonEnd = 3;
/// Of a verb: it stands for a part of a fiber, which is larger than its call.
static constexpr int VerbCost = 16;
/// Of a number that differs: it is moved into a register, which it occupies
/// during the calls in between.
static constexpr int JoinCost = 2;

namespace {

using Instructions = SmallVector<Instruction *, 16>;

/// A block, as it is compared: what can be moved up and out of it is Above, in
/// this order, and the rest is Rest, with the terminator.
struct Tail {
  Instructions Above, Rest;
};

/// Two ends that are alike, from the end of the first pair of blocks on.
struct Match {
  /// Successors before predecessors, with the number of instructions.
  SmallVector<std::pair<std::pair<BasicBlock *, BasicBlock *>, size_t>> Pairs;
  int Benefit = 0;
};

/// Compares two ends. Of what is common it counts what is saved, of numbers
/// that differ the moves that put them into one register.
class Matcher {
public:
  struct Policy {
    /// Whether numbers may differ.
    bool Joins;
    /// Whether verbs are instructions like others.
    bool Verbs;
  };
  explicit Matcher(const Policy &Merged) : Merged(Merged) {}
  static Tail split(BasicBlock &BB);
  bool match(BasicBlock &A, BasicBlock &B, bool IsFirst, Match &M);
  bool isSame(Value *X, Value *Y) const;
  static bool isEquivalent(Value *X, Value *Y, unsigned Depth = 0);

private:
  bool canMerge(const Instruction &I, const Instruction &J) const;
  bool matchOperands(Instruction &I, Instruction &J);
  bool join(Value *X, Value *Y);

  void forgetMatched() {
    Map.clear();
    Partners.clear();
    Joined.clear();
  }

  const Policy &Merged;
  /// What has been matched, with what: the first one of each is to remain.
  DenseMap<Value *, Value *> Map;
  SmallPtrSet<Value *, 16> Partners;
  DenseMap<BasicBlock *, BasicBlock *> Blocks, Reverse;
  SmallSetVector<BasicBlock *, 8> Open;
  SmallSetVector<std::pair<Value *, Value *>, 8> Joined;
};

} // namespace

static bool isPure(const Instruction &I) {
  return (isa<CastInst, BinaryOperator, CmpInst, SelectInst, GetElementPtrInst>(
             I)) &&
         isSafeToSpeculativelyExecute(&I);
}

Tail Matcher::split(BasicBlock &BB) {
  Tail T;
  SmallPtrSet<const Value *, 16> Below;
  for (Instruction &I : BB) {
    if (isa<PHINode>(I))
      continue;
    bool Up = isPure(I) && none_of(I.operands(), [&](const Use &U) {
                return Below.contains(U);
              });
    (Up ? T.Above : T.Rest).push_back(&I);
    if (!Up)
      Below.insert(&I);
  }
  return T;
}

/// What is computed again where it is needed rather than joined.
static Instruction *asAddress(Value *X) {
  auto *I = dyn_cast<Instruction>(X);
  return I && isa<GetElementPtrInst, PtrToIntInst>(I) ? I : nullptr;
}

/// The same address, computed twice.
bool Matcher::isEquivalent(Value *X, Value *Y, unsigned Depth) {
  if (X == Y)
    return true;
  Instruction *I = asAddress(X), *J = asAddress(Y);
  if (!I || !J || Depth > 3 || !I->isSameOperationAs(J))
    return false;
  return all_of(zip(I->operands(), J->operands()), [&](auto Pair) {
    return isEquivalent(std::get<0>(Pair), std::get<1>(Pair), Depth + 1);
  });
}

bool Matcher::isSame(Value *X, Value *Y) const {
  return X == Y || Map.lookup(X) == Y || isEquivalent(X, Y);
}

/// Whether V is a pointer that has been made a number.
static bool isAddress(const Value *V, unsigned Depth = 0) {
  if (isa<PtrToIntInst>(V))
    return true;
  auto *I = dyn_cast<Instruction>(V);
  return I && Depth < 4 && (isa<PHINode, SelectInst, CastInst>(I)) &&
         any_of(
             I->operands(),
             [&](const Use &U) { return isAddress(U, Depth + 1); });
}

static bool isVerb(const Instruction &I) {
  Primitive P = getPrimitive(I);
  return P == Primitive::Start || P == Primitive::Resume;
}

/// Whether a number may be one of two; no address may.
bool Matcher::join(Value *X, Value *Y) {
  if (isSame(X, Y))
    return true;
  // A phi in front of both cannot have what is computed behind it.
  if (!Merged.Joins || !X->getType()->isIntegerTy() || isa<UndefValue>(X) ||
      isa<UndefValue>(Y) || isAddress(X) || isAddress(Y) || Map.count(X) ||
      Partners.contains(Y))
    return false;
  Joined.insert({X, Y});
  return true;
}

bool Matcher::canMerge(const Instruction &I, const Instruction &J) const {
  if (I.getType()->isTokenTy() || !I.isSameOperationAs(&J))
    return false;
  if (I.isTerminator())
    return isa<BranchInst, ReturnInst>(I);
  if (isa<PHINode, AllocaInst>(I))
    return false;
  if (auto *Call = dyn_cast<CallBase>(&I))
    // What stands alone is to stay alone; and parts of fibers that have not
    // been put in yet are known by their arguments.
    return !Call->isInlineAsm() && !Call->hasOperandBundles() &&
           !isa<IntrinsicInst>(I) &&
           Call->getCalledOperand() == cast<CallBase>(J).getCalledOperand() &&
           ((getPrimitive(I) == Primitive::None && !Call->cannotMerge()) ||
            (Merged.Verbs && isVerb(I)));
  return true;
}

bool Matcher::matchOperands(Instruction &I, Instruction &J) {
  auto *Branch = dyn_cast<BranchInst>(&I);
  if (Branch)
    return Branch->isUnconditional() ||
           join(Branch->getCondition(), cast<BranchInst>(J).getCondition());
  bool IsVerb = isVerb(I);
  return all_of(zip(I.operands(), J.operands()), [&](auto Pair) {
    auto &[X, Y] = Pair;
    // An offset that differs is an address that differs, and what a verb says
    // of its fiber is a constant.
    bool IsFixed = isa<GetElementPtrInst>(I) ||
                   (IsVerb && X.getOperandNo() < verbop::Refused);
    return IsFixed ? isSame(X, Y) : join(X, Y);
  });
}

/// Instructions of the target, roughly.
static int cost(const Instruction &I) {
  if (isVerb(I))
    return VerbCost;
  if (auto *Call = dyn_cast<CallBase>(&I))
    return 1 + Call->arg_size();
  if (isa<CastInst, GetElementPtrInst>(I))
    return 0;
  if (auto *Branch = dyn_cast<BranchInst>(&I))
    return Branch->isConditional();
  return !isa<CmpInst>(I);
}

/// Of its operands, which are addresses and constants that no instruction
/// holds.
static int operandCost(const Instruction &I) {
  return 2 * count_if(I.operands(), [](const Use &U) {
           if (auto *Number = dyn_cast<ConstantInt>(U))
             return !Number->getValue().isSignedIntN(32);
           return U->getType()->isPointerTy() &&
                  isa<GlobalVariable>(U->stripInBoundsConstantOffsets());
         });
}

static bool canLeave(ArrayRef<Instruction *> Above, const BasicBlock &BB) {
  return none_of(Above, [&](const Instruction *I) {
    return any_of(I->operands(), [&](const Use &U) {
      auto *Phi = dyn_cast<PHINode>(U);
      return Phi && Phi->getParent() == &BB;
    });
  });
}

/// The last one is 1.
static Instruction *fromEnd(ArrayRef<Instruction *> List, size_t N) {
  return List[List.size() - N];
}

bool Matcher::match(BasicBlock &A, BasicBlock &B, bool IsFirst, Match &M) {
  if (Blocks.count(&A) || Reverse.count(&B))
    return Blocks.lookup(&A) == &B && !Open.contains(&A);
  if (&A == &B || Blocks.count(&B) || Reverse.count(&A))
    return false;
  Blocks[&A] = &B;
  Reverse[&B] = &A;
  Open.insert(&A);
  Tail TA = split(A), TB = split(B);
  size_t Count = 0, Most = std::min(TA.Rest.size(), TB.Rest.size());
  if (!IsFirst && (TA.Rest.size() != TB.Rest.size() || !canLeave(TA.Above, A) ||
                   !canLeave(TB.Above, B)))
    return false;
  while (Count != Most &&
         canMerge(*fromEnd(TA.Rest, Count + 1), *fromEnd(TB.Rest, Count + 1)))
    ++Count;
  if (Count == 0 || (!IsFirst && Count != Most))
    return false;
  int Saved = 0;
  for (size_t Left = Count; Left; --Left) {
    Instruction *I = fromEnd(TA.Rest, Left), *J = fromEnd(TB.Rest, Left);
    if (!matchOperands(*I, *J)) {
      if (!IsFirst || Left == 1)
        return false;
      // Begin behind it.
      forgetMatched();
      Count = Left - 1;
      Saved = 0;
      continue;
    }
    Map[I] = J;
    Partners.insert(J);
    Saved += cost(*I) + (Merged.Joins ? 0 : operandCost(*I));
  }
  Instruction *End = A.getTerminator();
  for (unsigned S = 0; S != End->getNumSuccessors(); ++S) {
    BasicBlock *SA = End->getSuccessor(S),
               *SB = B.getTerminator()->getSuccessor(S);
    if (SA != SB) {
      if (!match(*SA, *SB, /*IsFirst=*/false, M))
        return false;
      continue;
    }
    for (PHINode &Phi : SA->phis()) {
      Value *X = Phi.getIncomingValueForBlock(&A),
            *Y = Phi.getIncomingValueForBlock(&B);
      if (isSame(X, Y))
        continue;
      if (!Merged.Joins || Map.count(X) || Partners.contains(Y))
        return false;
      // A pointer is joined there already.
      Joined.insert({X, Y});
    }
  }
  Open.remove(&A);
  M.Pairs.push_back({{&A, &B}, Count});
  M.Benefit += Saved;
  if (IsFirst)
    M.Benefit -= JoinCost * static_cast<int>(Joined.size()) + 1;
  return true;
}

namespace {

/// Merges pairs of blocks that have the same successors.
class Merger {
public:
  explicit Merger(Function &F) : F(F), DT(F) {}
  bool merge(BasicBlock &A, BasicBlock &B, size_t Count, bool IsFirst);

private:
  bool canJoin(BasicBlock &A, BasicBlock &B, ArrayRef<Instruction *> RA,
               ArrayRef<Instruction *> RB);
  void moveUp(BasicBlock &BB, ArrayRef<Instruction *> Above, bool IsFirst);
  Value *joined(Value *X, Value *Y, BasicBlock &A, BasicBlock &B);
  Value *materialize(Value *X, BasicBlock::iterator At);

  Function &F;
  DominatorTree DT;
  BasicBlock *Into = nullptr;
  DenseMap<Value *, Value *> Map;
  MapVector<std::pair<Value *, Value *>, Value *> Phis;
};

} // namespace

/// What is above stays in the first block, and leaves the others, so that
/// nothing is left in them.
void Merger::moveUp(BasicBlock &BB, ArrayRef<Instruction *> Above,
                    bool IsFirst) {
  BasicBlock::iterator At = BB.getFirstInsertionPt();
  if (!IsFirst) {
    DT.recalculate(F);
    At = DT.getNode(&BB)->getIDom()->getBlock()->getTerminator()->getIterator();
  }
  // Addresses of what has been merged.
  Instructions Used;
  for (Instruction *I : reverse(Above))
    if (I->use_empty())
      I->eraseFromParent();
    else
      Used.push_back(I);
  At = IsFirst ? BB.getFirstInsertionPt() : At;
  for (Instruction *I : reverse(Used)) {
    if (At != I->getIterator())
      I->moveBefore(*At->getParent(), At);
    else
      ++At;
  }
}

Value *Merger::materialize(Value *X, BasicBlock::iterator At) {
  Instruction *I = asAddress(X);
  if (!I)
    return X;
  Instruction *New = I->clone();
  New->insertBefore(*Into, At);
  for (Use &U : New->operands())
    U = materialize(U, New->getIterator());
  return New;
}

/// What is X behind A and Y behind B.
Value *Merger::joined(Value *X, Value *Y, BasicBlock &A, BasicBlock &B) {
  if (X == Y || Map.lookup(X) == Y)
    return X;
  Value *&Known = Phis[{X, Y}];
  if (Known)
    return Known;
  if (Matcher::isEquivalent(X, Y))
    return Known = materialize(X, Into->getFirstInsertionPt());
  auto *Phi = PHINode::Create(X->getType(), 2, "", Into->begin());
  Phi->addIncoming(X, &A);
  Phi->addIncoming(Y, &B);
  return Known = Phi;
}

/// Whether all that joined() will be asked for is there before the instructions
/// RA and RB, which are to become one, or is one of them. The matcher has not
/// seen the phis that the blocks behind have got since.
bool Merger::canJoin(BasicBlock &A, BasicBlock &B, ArrayRef<Instruction *> RA,
                     ArrayRef<Instruction *> RB) {
  auto IsThere = [&](Value *X, Value *Y) {
    return Map.lookup(X) == Y || Matcher::isEquivalent(X, Y) ||
           !(is_contained(RA, X) || is_contained(RB, Y));
  };
  for (auto [I, J] : zip_equal(RA, RB))
    for (auto [X, Y] : zip(I->operands(), J->operands()))
      if (!IsThere(X, Y))
        return false;
  return all_of(successors(&A), [&](BasicBlock *S) {
    return all_of(S->phis(), [&](PHINode &Phi) {
      return IsThere(Phi.getIncomingValueForBlock(&A),
                     Phi.getIncomingValueForBlock(&B));
    });
  });
}

bool Merger::merge(BasicBlock &A, BasicBlock &B, size_t Count, bool IsFirst) {
  Tail TA = Matcher::split(A), TB = Matcher::split(B);
  if (TA.Rest.size() < Count || TB.Rest.size() < Count ||
      !equal(successors(&A), successors(&B)))
    return false;
  Instructions RA(TA.Rest.end() - Count, TA.Rest.end());
  Instructions RB(TB.Rest.end() - Count, TB.Rest.end());
  Map.clear();
  Phis.clear();
  for (auto [I, J] : zip_equal(RA, RB))
    Map[I] = J;
  // Nobody else may need what is computed there, but a phi on the way out of
  // it: not one that it reaches through another block.
  for (auto *List : {&RA, &RB})
    for (Instruction *I : *List)
      for (Use &U : I->uses()) {
        auto *Phi = dyn_cast<PHINode>(U.getUser());
        if (!is_contained(*List, U.getUser()) &&
            !(Phi && Phi->getIncomingBlock(U) == I->getParent()))
          return false;
      }
  if (!canJoin(A, B, RA, RB))
    return false;

  Into = BasicBlock::Create(F.getContext(), A.getName() + ".tail", &F, &A);
  for (Instruction *I : RA) {
    I->dropDbgRecords();
    I->moveBefore(*Into, Into->end());
  }
  for (auto [I, J] : zip_equal(RA, RB)) {
    I->andIRFlags(J);
    combineMetadataForCSE(I, J, /*DoesKMove=*/true);
    I->applyMergedLocation(I->getDebugLoc(), J->getDebugLoc());
    if (isa<BranchInst>(I) && cast<BranchInst>(I)->isUnconditional())
      continue;
    for (auto [X, Y] : zip(I->operands(), J->operands()))
      if (!isa<BasicBlock>(X.get()))
        X.set(joined(X, Y, A, B));
  }
  SmallSetVector<BasicBlock *, 2> Next(succ_begin(Into), succ_end(Into));
  for (BasicBlock *S : Next)
    for (PHINode &Phi : S->phis()) {
      Value *New = joined(Phi.getIncomingValueForBlock(&A),
                          Phi.getIncomingValueForBlock(&B), A, B);
      for (unsigned P = Phi.getNumIncomingValues(); P--;) {
        if (Phi.getIncomingBlock(P) == &A) {
          Phi.setIncomingBlock(P, Into);
          Phi.setIncomingValue(P, New);
        } else if (Phi.getIncomingBlock(P) == &B) {
          Phi.removeIncomingValue(P, /*DeletePHIIfEmpty=*/false);
        }
      }
    }
  DebugLoc LA = RA.back()->getDebugLoc();
  for (Instruction *J : reverse(RB))
    J->eraseFromParent();
  for (BasicBlock *BB : {&A, &B})
    BranchInst::Create(Into, BB)->setDebugLoc(LA);
  moveUp(A, TA.Above, IsFirst);
  moveUp(B, TB.Above, IsFirst);
  for (BasicBlock *BB : {&A, &B}) {
    BB->getTerminator()->dropDbgRecords();
    if (!BB->isEntryBlock() &&
        &*BB->getFirstNonPHIOrDbg() == BB->getTerminator())
      TryToSimplifyUncondBranchFromEmptyBlock(BB);
  }
  return true;
}

/// Of how many pairs of blocks a round compares the ends. In a function that
/// has more, each block is compared with those next to it.
static constexpr size_t MaxPairs = 100000;

static void mergeTails(Function &F, const Matcher::Policy &Merged,
                       int Threshold) {
  for (unsigned Round = 0; Round != 32; ++Round) {
    Match Best;
    size_t Window = std::max<size_t>(MaxPairs / F.size(), 4);
    for (auto A = F.begin(); A != F.end(); ++A) {
      size_t Left = Window;
      for (auto B = std::next(A); B != F.end() && Left; ++B, --Left) {
        if (!A->getTerminator()->isSameOperationAs(B->getTerminator()))
          continue;
        Match M;
        if (Matcher(Merged).match(*A, *B, /*IsFirst=*/true, M) &&
            M.Benefit > Best.Benefit)
          Best = std::move(M);
      }
    }
    if (Best.Benefit < Threshold)
      return;
    Merger M(F);
    for (auto &[Pair, Count] : Best.Pairs)
      if (!M.merge(*Pair.first, *Pair.second, Count,
                   &Pair == &Best.Pairs.back().first))
        return;
  }
}

void mergeTails(Function &F) {
  mergeTails(F, {/*Joins=*/true, /*Verbs=*/false}, MinBenefit);
}

/// Whether BB only chooses a value and converts it, for BB's one successor.
static bool onlyForwards(BasicBlock &BB) {
  BasicBlock *Next = BB.getUniqueSuccessor();
  if (!Next || Next == &BB || BB.phis().empty())
    return false;
  return all_of(BB, [&](Instruction &I) {
    if (I.isTerminator())
      return isa<BranchInst>(I);
    return (isa<PHINode>(I) || isPure(I)) && all_of(I.uses(), [&](Use &U) {
             auto *At = cast<Instruction>(U.getUser());
             auto *Phi = dyn_cast<PHINode>(At);
             return Phi ? Phi->getIncomingBlock(U) == &BB
                        : At->getParent() == &BB;
           });
  });
}

/// Ways out of two verbs differ in where what they give meets what others give,
/// and is converted: do that where each begins.
static void separateWays(Function &F) {
  for (BasicBlock &BB : F) {
    if (!onlyForwards(BB))
      continue;
    BasicBlock *Next = BB.getUniqueSuccessor();
    for (BasicBlock *Pred : SmallVector<BasicBlock *>(predecessors(&BB))) {
      auto *Branch = dyn_cast<BranchInst>(Pred->getTerminator());
      if (!Branch || Branch->isConditional())
        continue;
      ValueToValueMapTy VMap;
      for (PHINode &Phi : BB.phis())
        VMap[&Phi] = Phi.getIncomingValueForBlock(Pred);
      for (Instruction &I :
           make_range(BB.getFirstInsertionPt(), std::prev(BB.end()))) {
        Instruction *New = I.clone();
        New->insertBefore(*Pred, Branch->getIterator());
        RemapInstruction(New, VMap, RF_NoModuleLevelChanges);
        VMap[&I] = New;
      }
      for (PHINode &Phi : Next->phis()) {
        Value *V = Phi.getIncomingValueForBlock(&BB);
        if (Value *Known = VMap.lookup(V))
          V = Known;
        Phi.addIncoming(V, Pred);
      }
      BB.removePredecessor(Pred, /*KeepOneInputPHIs=*/true);
      Branch->setSuccessor(0, Next);
    }
  }
  removeUnreachableBlocks(F);
}

void mergeVerbs(Function &F) {
  if (count_if(instructions(F), isVerb) < 2)
    return;
  separateWays(F);
  mergeTails(F, {/*Joins=*/true, /*Verbs=*/true}, MinBenefit);
}

/// Where B ends like A but for a constant that A has from other ways already,
/// it becomes one of these ways: the verifier walks nothing it has not walked.
static bool joinEnd(BasicBlock &A, BasicBlock &B) {
  BasicBlock *Next = A.getSingleSuccessor();
  DenseMap<Value *, Value *> InB;
  SmallVector<std::pair<Instruction *, Instruction *>> Pairs;
  auto J = std::next(B.rbegin());
  for (Instruction &I : make_range(std::next(A.rbegin()), A.rend())) {
    if (isa<PHINode>(I))
      break;
    if (J == B.rend() || isa<PHINode>(*J) || !I.isSameOperationAs(&*J))
      return false;
    Pairs.push_back({&I, &*J});
    InB[&I] = &*J++;
  }
  if (Pairs.size() < MinCommonEnd)
    return false;
  auto IsSame = [&](Value *X, Value *Y) {
    if (auto *Phi = dyn_cast<PHINode>(X); Phi && Phi->getParent() == &A)
      return InB.insert({X, Y}).first->second == Y && isa<Constant>(Y) &&
             is_contained(Phi->incoming_values(), Y);
    Value *Known = InB.lookup(X);
    return Known ? Known == Y : X == Y;
  };
  auto EndsIn = [&](const Value &V, const BasicBlock &BB) {
    return all_of(V.uses(), [&](const Use &U) {
      return whereNeeded(U)->getParent() == &BB;
    });
  };
  for (auto [I, J] : Pairs)
    if (!EndsIn(*I, A) || !EndsIn(*J, B) ||
        !all_of(zip(I->operands(), J->operands()), [&](auto Operands) {
          return IsSame(std::get<0>(Operands), std::get<1>(Operands));
        }))
      return false;
  for (PHINode &Phi : Next->phis())
    if (!IsSame(Phi.getIncomingValueForBlock(&A),
                Phi.getIncomingValueForBlock(&B)))
      return false;
  if (!all_of(A.phis(),
              [&](PHINode &Phi) { return InB.count(&Phi) && EndsIn(Phi, A); }))
    return false;

  for (PHINode &Phi : A.phis())
    Phi.addIncoming(InB.lookup(&Phi), &B);
  Next->removePredecessor(&B, /*KeepOneInputPHIs=*/true);
  DebugLoc Loc = B.getTerminator()->getDebugLoc();
  B.getTerminator()->eraseFromParent();
  for (auto [I, J] : Pairs) {
    I->applyMergedLocation(I->getDebugLoc(), J->getDebugLoc());
    J->eraseFromParent();
  }
  BranchInst::Create(&A, &B)->setDebugLoc(Loc);
  return true;
}

static void joinEnds(Function &F) {
  for (BasicBlock &A : F) {
    BasicBlock *Next = A.getSingleSuccessor();
    if (!Next || Next == &A || A.phis().empty() ||
        !isa<BranchInst>(A.getTerminator()))
      continue;
    for (BasicBlock *B : SmallVector<BasicBlock *>(predecessors(Next)))
      if (B != &A && isa<BranchInst>(B->getTerminator()) &&
          B->getSingleSuccessor())
        joinEnd(A, *B);
  }
}

namespace {

/// An atomic access of which nothing comes back, where blocks that do the same
/// behind it end with one each.
class LastAccess {
public:
  explicit LastAccess(AtomicRMWInst &Access);
  /// That of BB, if there is one.
  static AtomicRMWInst *find(BasicBlock &BB);
  /// Whether Access may be another one of these, which it is then.
  bool add(AtomicRMWInst &Access);
  bool isWorthIt() const;
  void join(BasicBlock &Next);

private:
  SmallVector<AtomicRMWInst *, 4> Copies;
  /// What all of them access, and where in it.
  Value *Base;
  SmallVector<Constant *, 4> Offsets;
};

} // namespace

LastAccess::LastAccess(AtomicRMWInst &Access) : Copies{&Access} {
  const DataLayout &DL = Access.getModule()->getDataLayout();
  Base = Access.getPointerOperand();
  APInt Offset(DL.getIndexTypeSizeInBits(Base->getType()), 0);
  if (isa<Constant>(Base))
    Base = Base->stripAndAccumulateInBoundsConstantOffsets(DL, Offset);
  Offsets.push_back(ConstantInt::get(Access.getContext(), Offset));
}

AtomicRMWInst *LastAccess::find(BasicBlock &BB) {
  Instruction *Last = BB.getTerminator()->getPrevNode();
  auto *Access = dyn_cast_or_null<AtomicRMWInst>(Last);
  return Access && Access->use_empty() && isa<Constant>(Access->getValOperand())
             ? Access
             : nullptr;
}

bool LastAccess::add(AtomicRMWInst &Access) {
  LastAccess Other(Access);
  AtomicRMWInst *First = Copies.front();
  if (!First->isSameOperationAs(&Access) || Base != Other.Base)
    return false;
  bool IsRelease = Access.getOperation() == AtomicRMWInst::Xchg;
  for (AtomicRMWInst *Copy : Copies) {
    bool IsSame = Copy->getValOperand() == Access.getValOperand();
    if (!IsSame && !IsRelease)
      return false;
    // One number of a release may differ, the state or the verdict. Each takes
    // a register from where it is known on.
    for (PHINode &Phi : Copy->getParent()->getSingleSuccessor()->phis()) {
      Value *X = Phi.getIncomingValueForBlock(Copy->getParent()),
            *Y = Phi.getIncomingValueForBlock(Access.getParent());
      if (X != Y &&
          !(IsRelease && IsSame && isa<ConstantInt>(X) && isa<ConstantInt>(Y)))
        return false;
    }
  }
  Copies.push_back(&Access);
  Offsets.append(Other.Offsets);
  return true;
}

/// To add an offset takes an instruction, and so does each way to know its own.
bool LastAccess::isWorthIt() const {
  return Copies.size() >= (all_equal(Offsets) ? 2 : 3);
}

void LastAccess::join(BasicBlock &Next) {
  AtomicRMWInst *First = Copies.front();
  auto *Joined =
      BasicBlock::Create(Next.getContext(), "joined", Next.getParent(), &Next);
  IRBuilder<> B(Joined);
  SmallVector<PHINode *> Phis;
  auto JoinNumbers = [&](Type *Ty) {
    return Phis.emplace_back(B.CreatePHI(Ty, Copies.size()));
  };
  PHINode *Number = JoinNumbers(First->getValOperand()->getType());
  PHINode *Offset = JoinNumbers(Offsets.front()->getType());
  for (PHINode &Phi : Next.phis())
    Phi.addIncoming(JoinNumbers(Phi.getType()), Joined);
  auto *Access = cast<AtomicRMWInst>(First->clone());
  B.Insert(Access);
  B.CreateBr(&Next)->setDebugLoc(First->getDebugLoc());
  for (auto [Copy, Its] : zip_equal(Copies, Offsets)) {
    BasicBlock *BB = Copy->getParent();
    Number->addIncoming(Copy->getValOperand(), BB);
    Offset->addIncoming(Its, BB);
    for (PHINode &Phi : Next.phis())
      cast<PHINode>(Phi.getIncomingValueForBlock(Joined))
          ->addIncoming(Phi.getIncomingValueForBlock(BB), BB);
    Access->applyMergedLocation(Access->getDebugLoc(), Copy->getDebugLoc());
    Next.removePredecessor(BB, /*KeepOneInputPHIs=*/true);
    BB->getTerminator()->setSuccessor(0, Joined);
    Copy->eraseFromParent();
  }
  B.SetInsertPoint(Access);
  if (!all_equal(Offsets))
    Access->setOperand(0, B.CreateInBoundsGEP(B.getInt8Ty(), Base, Offset));
  Access->setOperand(1, Number);
  for (PHINode *Phi : Phis)
    if (Value *Same = Phi->hasConstantValue()) {
      Phi->replaceAllUsesWith(Same);
      Phi->eraseFromParent();
    }
}

/// One release for the blocks that suspend in different states and go on in
/// Next, and one addition for those that count different things.
static void joinAccesses(BasicBlock &Next) {
  SmallVector<LastAccess> Accesses;
  SmallPtrSet<BasicBlock *, 8> Seen;
  for (BasicBlock *Pred : predecessors(&Next)) {
    if (!Seen.insert(Pred).second || Pred->getSingleSuccessor() != &Next ||
        !isa<BranchInst>(Pred->getTerminator()))
      continue;
    AtomicRMWInst *Last = LastAccess::find(*Pred);
    if (Last &&
        none_of(Accesses, [&](LastAccess &Known) { return Known.add(*Last); }))
      Accesses.emplace_back(*Last);
  }
  for (LastAccess &Access : Accesses)
    if (Access.isWorthIt())
      Access.join(Next);
}

void mergeEqualTails(Function &F) {
  mergeTails(F, {/*Joins=*/false, /*Verbs=*/false}, MinEqualBenefit);
  joinEnds(F);
  for (BasicBlock &BB : make_early_inc_range(F))
    joinAccesses(BB);
}

} // namespace llvm::bpffiber

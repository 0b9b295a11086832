// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Split.h"
#include "Abi.h"
#include "Compat.h"
#include "Diagnostics.h"
#include "FrameDebugInfo.h"
#include "Kinds.h"
#include "MapDefinition.h"
#include "Primitives.h"
#include "RangeCheck.h"
#include "RedundantSaves.h"
#include "ReferenceMoves.h"
#include "ResumeDebugInfo.h"
#include "RuntimeTable.h"
#include "SlotResidents.h"
#include "TailMerging.h"
#include "TimerWaits.h"
#include "llvm/Analysis/ValueTracking.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/Dominators.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/InlineAsm.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/IntrinsicsBPF.h"
#include "llvm/IR/Verifier.h"
#include "llvm/Transforms/Scalar/ADCE.h"
#include "llvm/Transforms/Scalar/SCCP.h"
#include "llvm/Transforms/Scalar/SimplifyCFG.h"
#include "llvm/Transforms/Utils/BasicBlockUtils.h"
#include "llvm/Transforms/Utils/Cloning.h"
#include "llvm/Transforms/Utils/Local.h"
#include "llvm/Transforms/Utils/PromoteMemToReg.h"
#include <cerrno>

namespace llvm::bpffiber {

namespace {

/// One clone in the making.
class CloneBuilder {
public:
  /// An empty Kind makes the start function.
  CloneBuilder(const FiberShape &Shape, const SuspendLiveness &Liveness,
               const FrameLayout &Layout, const SuspendVariables &Variables,
               const OwnedReferences &References,
               const KernelReferences &Kernel, FunctionAnalysisManager &FAM,
               StringRef Kind)
      : Shape(Shape), Liveness(Liveness), Layout(Layout), Variables(Variables),
        References(References), Moves(Shape, Layout, Kernel), FAM(FAM),
        Kind(Kind), M(Shape.getModule()), C(M.getContext()) {}

  /// Null if a user error was reported.
  Function *build();

private:
  bool isStart() const { return Kind.empty(); }
  /// Of a cancellation. It ends at the next suspend, and the verb that runs it
  /// deletes the frame; it returns 0, or something else where the fiber does
  /// not wait in an await.
  bool isCancel() const { return Kind == CancelKind; }
  /// The kind of the activation that runs this clone.
  /// Whether Object says when a wait ends, and this activation is the end.
  bool endsByTimer(const AllocaInst *Object) const {
    return Kind == TimerKind &&
           (Object == Shape.Deadline || Object == Shape.WakeTime);
  }
  /// Whether an activation has Object in a register: it mostly begins and ends
  /// without it.
  bool isKept(const AllocaInst *Object) const {
    return endsByTimer(Object) || (Object && Object == Shape.Token) ||
           (Shape.isRuntimeObject(Object) && !hasFrameFromEntry());
  }
  StringRef activationKind() const { return isStart() ? Shape.HomeKind : Kind; }
  bool usesImage() const {
    return !Shape.isArray() && !Shape.armsThroughFrame() &&
           !Layout.ownsReferences() && Layout.getSize() <= MaxImageSize;
  }
  /// Whether a frame is known to exist in the whole of the clone.
  bool hasFrameFromEntry() const { return !isStart() || Shape.isArray(); }

  void createFunction();
  void cloneBody();
  void hoistAllocas();
  void bindObjects();
  void demoteSavedValues();
  void rewriteReturns();
  void lowerPrimitives();
  void lowerSuspend(unsigned Index);
  void finishSuspend(unsigned Index);
  void queueYield(IRBuilder<> &B, Value *To);
  void handOver(IRBuilder<> &B, unsigned Index);
  void saveInto(IRBuilder<> &B, unsigned Index, Value *Frame);
  void storeImage(IRBuilder<> &B, unsigned Index);
  Value *currentValue(IRBuilder<> &B, Value *V);
  void returnVerdict(IRBuilder<> &B, Value *Verdict, bool MayConsume = false);
  void emitResume(unsigned Index, const DebugLoc &Loc, BasicBlock *Behind);
  Instruction *cloneComputation(IRBuilder<> &B, Instruction &I,
                                const DenseMap<Value *, Value *> &Reloaded);
  void emitDispatch();
  void emitFinish(IRBuilder<> &B);
  void emitDrops(IRBuilder<> &B, const Instruction *At);
  void dropAtFailedChecks();
  Value *frameAddress(IRBuilder<> &B, const Instruction *At,
                      Value *Record = nullptr);
  void createFrame(IRBuilder<> &B, const Instruction *At, Value *Record);
  void initFrame(IRBuilder<> &B, Value *Frame);
  BasicBlock *getAbortBlock();
  BasicBlock *getRefusedBlock();
  Value *fieldAddress(IRBuilder<> &B, Value *Frame, const FrameField &F) {
    return B.CreateConstInBoundsGEP1_64(B.getInt8Ty(), Frame, F.Offset,
                                        F.Name + ".addr");
  }
  CallInst *callRuntime(IRBuilder<> &B, RuntimeFn Fn, ArrayRef<Value *> Args) {
    Function *F = getRuntimeFn(*Shape.Runtime, Fn);
    return B.CreateCall(F->getFunctionType(), F, Args);
  }
  Value *mapFlags(IRBuilder<> &B) {
    return B.getInt32(Shape.MapFlags |
                      (Layout.hasHeader() ? 0 : FIBER_F_NO_STATE));
  }
  bool staysInSlot(const SavedValue &SV) const;
  Value *stateWord(IRBuilder<> &B, unsigned Index);
  void promote();
  void lowerChecks();
  void simplify();
  void foldHiddenConstants();
  void foldConstants();
  bool checkContext();
  void replaceNoValue(CallInst &Call);
  bool checkValue();
  DebugLoc plainLoc() const;

  const FiberShape &Shape;
  const SuspendLiveness &Liveness;
  const FrameLayout &Layout;
  const SuspendVariables &Variables;
  const OwnedReferences &References;
  ReferenceMoves Moves;
  FunctionAnalysisManager &FAM;
  StringRef Kind;
  Module &M;
  LLVMContext &C;

  Function *NF = nullptr;
  BasicBlock *Entry = nullptr;
  BasicBlock *OldEntry = nullptr;
  /// Weak: what nothing branches to is gone when the clone has been simplified.
  WeakVH Abort, Refused;
  /// Of a start that hands over: where it says which frame, suspended where, is
  /// to be resumed.
  Value *HandedFrame = nullptr, *HandedWord = nullptr;
  Value *Frame = nullptr, *Word = nullptr, *Key = nullptr, *Context = nullptr,
        *Handed = nullptr, *RefusedVerdict = nullptr, *StartFlags = nullptr;
  /// Stands for a context that this activation does not have.
  CallInst *NoContext = nullptr;
  /// Stands for a pointer that was handed over, where nothing is.
  CallInst *NoValue = nullptr;
  /// In a start function of a fiber that arms through its frame: the address
  /// once it has been created.
  AllocaInst *FrameSlot = nullptr;
  AllocaInst *Image = nullptr;
  ValueToValueMapTy VMap;
  /// Of primitives: the call in the body.
  DenseMap<const Value *, const Instruction *> Originals;
  SmallVector<ReturnInst *> Returns;
  /// The variables that saved values live in until promote().
  DenseMap<Value *, AllocaInst *> Homes;
  SmallVector<AllocaInst *> Promotable;
  /// Objects of the runtime that an activation has in a register, with their
  /// fields: in the frame while the fiber is suspended.
  MapVector<AllocaInst *, unsigned> Kept;
  MapVector<Value *, SmallVector<Instruction *, 2>> Reloads;
  SmallVector<std::pair<unsigned, BasicBlock *>> Resumes;
  SlotAccesses Slots;
};

} // namespace

DebugLoc CloneBuilder::plainLoc() const {
  DISubprogram *SP = NF->getSubprogram();
  return SP ? DebugLoc(DILocation::get(C, SP->getLine(), 0, SP)) : DebugLoc();
}

void CloneBuilder::createFunction() {
  Type *Ptr = PointerType::get(C, 0);
  Type *I64 = Type::getInt64Ty(C);
  bool HasContext = getKindTraits(activationKind()).HasContext;
  SmallVector<Type *> Params;
  SmallVector<std::pair<Value **, const char *>> Names;
  auto Add = [&](Type *T, Value *&V, const char *Name) {
    Params.push_back(T);
    Names.push_back({&V, Name});
  };
  if (hasFrameFromEntry())
    Add(Ptr, Frame, "frame");
  if (!isStart())
    Add(Type::getInt32Ty(C), Word, "word");
  Add(Ptr, Key, "key");
  if (HasContext)
    Add(Ptr, Context, "ctx");
  Add(I64, Handed, "value");
  Add(I64, RefusedVerdict, "refused");
  if (isStart())
    Add(Type::getInt32Ty(C), StartFlags, "flags");
  if (isStart() && Shape.HandsOver) {
    Add(Ptr, HandedFrame, "handed.frame");
    Add(Ptr, HandedWord, "handed.word");
  }
  if (isStart())
    for (Argument &A : drop_begin(Shape.Body->args()))
      Params.push_back(A.getType());

  NF = Function::Create(
      FunctionType::get(isCancel() ? I64 : Shape.Body->getReturnType(), Params,
                        false),
      GlobalValue::InternalLinkage,
      isStart() ? Shape.Name + "__start"
                : (Shape.Name + "__resume_" + Kind).str(),
      &M);
  for (auto [I, Binding] : enumerate(Names)) {
    *Binding.first = NF->getArg(I);
    NF->getArg(I)->setName(Binding.second);
  }
  Entry = BasicBlock::Create(C, "entry", NF);
  IRBuilder<> B(Entry);
  // A context of another kind is not the one the parameter was declared for.
  if (HasContext && activationKind() == Shape.HomeKind) {
    VMap[Shape.Ctx] = Context;
  } else {
    FunctionCallee Callee = M.getOrInsertFunction("__fiber_no_context", Ptr);
    NoContext = B.CreateCall(Callee);
    VMap[Shape.Ctx] = NoContext;
  }
  unsigned Next = Names.size();
  for (Argument &A : drop_begin(Shape.Body->args())) {
    if (isStart()) {
      NF->getArg(Next)->setName(A.getName());
      VMap[&A] = NF->getArg(Next++);
    } else {
      VMap[&A] = PoisonValue::get(A.getType());
    }
  }
}

/// Whether F's return type is promoted to int by zero extension. The BPF ABI
/// leaves that to the caller; only debug info tells.
static bool returnsSmallUnsigned(const Function &F) {
  const DISubprogram *SP = F.getSubprogram();
  const DIType *T = SP && SP->getType()->getTypeArray().size()
                        ? SP->getType()->getTypeArray()[0]
                        : nullptr;
  while (auto *Derived = dyn_cast_or_null<DIDerivedType>(T))
    T = Derived->getBaseType();
  auto *Basic = dyn_cast_or_null<DIBasicType>(T);
  return Basic && F.getReturnType()->getIntegerBitWidth() < 32 &&
         Basic->getSignedness() != DIBasicType::Signedness::Signed;
}

void CloneBuilder::cloneBody() {
  CloneFunctionInto(NF, Shape.Body, VMap,
                    CloneFunctionChangeType::LocalChangesOnly, Returns);
  for (const Instruction &I : instructions(*Shape.Body))
    if (getPrimitive(I) != Primitive::None)
      Originals[VMap.lookup(&I)] = &I;
  // What was inferred for the whole body does not hold for a part of it.
  NF->setAttributes(AttributeList());
  NF->setVisibility(GlobalValue::DefaultVisibility);
  NF->setDSOLocal(true);
  if (returnsSmallUnsigned(*Shape.Body))
    NF->addRetAttr(Attribute::ZExt);
  copyTargetAttributes(*Shape.Body, *NF);
  for (StringRef A : {"no-trapping-math", "stack-protector-buffer-size"})
    if (Shape.Body->hasFnAttribute(A))
      NF->addFnAttr(Shape.Body->getFnAttribute(A));
  NF->addFnAttr(Attribute::NoUnwind);
  NF->addFnAttr("no-jump-tables", "true");
  NF->addFnAttr(FiberPartAttr);
  OldEntry = cast<BasicBlock>(VMap[&Shape.Body->getEntryBlock()]);
  IRBuilder<>(Entry).CreateBr(OldEntry);
}

/// The body's entry block is not the clone's; in a resume function it is not
/// even reachable.
void CloneBuilder::hoistAllocas() {
  for (Instruction &I : make_early_inc_range(*OldEntry))
    if (isa<AllocaInst>(I))
      I.moveBefore(*Entry, Entry->begin());
}

/// Tells all accesses through Address, which is Offset bytes in an object that
/// is aligned to A, that it is.
static void raiseAlignment(Value *Address, uint64_t Offset, Align A) {
  const DataLayout &DL = cast<Instruction>(Address)->getDataLayout();
  Align Here = commonAlignment(A, Offset);
  for (Use &U : Address->uses()) {
    auto *I = cast<Instruction>(U.getUser());
    if (auto *Copy = dyn_cast<MemTransferInst>(I);
        Copy && U.getOperandNo() == 1)
      Copy->setSourceAlignment(
          std::max(Copy->getSourceAlign().valueOrOne(), Here));
    else if (auto *Memory = dyn_cast<MemIntrinsic>(I))
      Memory->setDestAlignment(
          std::max(Memory->getDestAlign().valueOrOne(), Here));
    else if (auto *Load = dyn_cast<LoadInst>(I))
      Load->setAlignment(std::max(Load->getAlign(), Here));
    else if (auto *Store = dyn_cast<StoreInst>(I);
             Store && U.getOperandNo() == 1)
      Store->setAlignment(std::max(Store->getAlign(), Here));
    else if (auto *Part = dyn_cast<GetElementPtrInst>(I)) {
      APInt Distance(DL.getIndexTypeSizeInBits(Part->getType()), Offset);
      if (Part->accumulateConstantOffset(DL, Distance))
        raiseAlignment(Part, Distance.getZExtValue(), A);
    }
  }
}

/// Objects that live across an await are in the frame, where there is one.
void CloneBuilder::bindObjects() {
  for (auto [Object, Field] : Layout.objects()) {
    auto *Local = cast<AllocaInst>(VMap[Object]);
    if (isKept(Object) && isAllocaPromotable(Local)) {
      Kept.insert({Object, Field});
      Promotable.push_back(Local);
      continue;
    }
    if (!hasFrameFromEntry())
      continue;
    for (User *U : make_early_inc_range(Local->users()))
      if (cast<Instruction>(U)->isLifetimeStartOrEnd())
        cast<Instruction>(U)->eraseFromParent();
    IRBuilder<> B(Entry->getTerminator());
    Value *Address = fieldAddress(B, Frame, Layout.fields()[Field]);
    raiseAlignment(Local, 0, Layout.fields()[Field].Alignment);
    dropObjectRecords(*Local);
    for (const VariableValue &Known : Variables.in(Object))
      describeVariable(Known, Address, VMap, Entry->getTerminator(),
                       /*InMemory=*/true);
    Local->replaceAllUsesWith(Address);
    Local->eraseFromParent();
    VMap[Object] = Address;
  }
}

/// In a resume function a saved value has two definitions, its own and the
/// reload. Give each a variable; promote() finds where they meet.
void CloneBuilder::demoteSavedValues() {
  if (isStart())
    return;
  SetVector<Value *> Saved;
  for (unsigned I = 0; I != Shape.Suspends.size(); ++I)
    for (const SavedValue &SV : Layout.savedAt(I))
      Saved.insert(SV.V);
  IRBuilder<> EntryBuilder(Entry, Entry->begin());
  for (Value *V : Saved) {
    AllocaInst *Home =
        EntryBuilder.CreateAlloca(V->getType(), nullptr, V->getName());
    Homes[V] = Home;
    Promotable.push_back(Home);
    auto *Def = dyn_cast<Instruction>(VMap[V]);
    if (!Def) {
      // A start argument: only the reload defines it here.
      continue;
    }
    SmallVector<Use *> Uses;
    for (Use &U : Def->uses())
      if (!isSuspend(*cast<Instruction>(U.getUser())))
        Uses.push_back(&U);
    for (Use *U : Uses)
      replaceUseByLoad(*U, Home);
    auto At = Def->getInsertionPointAfterDef();
    assert(At && "a value without an insertion point behind it");
    new StoreInst(Def, Home, *At);
  }
  // Uses of start arguments were cloned as poison; find them in the body.
  for (Argument &A : drop_begin(Shape.Body->args())) {
    auto It = Homes.find(&A);
    if (It == Homes.end())
      continue;
    for (Use &U : A.uses()) {
      auto *User = dyn_cast_or_null<Instruction>(
          VMap.lookup(cast<Instruction>(U.getUser())));
      if (User && !isSuspend(*User))
        replaceUseByLoad(User->getOperandUse(U.getOperandNo()), It->second);
    }
  }
}

/// Deletes or clears the frame of a fiber that has ended.
void CloneBuilder::emitFinish(IRBuilder<> &B) {
  if (isCancel())
    return;
  if (Shape.isArray()) {
    callRuntime(B, RuntimeFn::Release,
                {Frame, mapFlags(B), B.getInt32(FIBER_STATE_NONE)});
    return;
  }
  if (!isStart()) {
    callRuntime(B, RuntimeFn::Delete,
                {Shape.Map, Key, mapFlags(B), Shape.Counters});
    return;
  }
  // The start function made a frame to arm a wake-up, but did not suspend. Or
  // an insertion was to take another fiber's place (__fiber_prepare_spawn()).
  Value *IsThere = nullptr;
  if (FrameSlot)
    IsThere = B.CreateIsNotNull(B.CreateLoad(B.getPtrTy(), FrameSlot));
  if (Shape.isLocal()) {
    Value *Replaces =
        B.CreateIsNotNull(B.CreateAnd(StartFlags, B.getInt32(FIBER_F_ANY)));
    IsThere = IsThere ? B.CreateOr(IsThere, Replaces) : Replaces;
  }
  if (!IsThere)
    return;
  BasicBlock *Delete = BasicBlock::Create(C, "delete", NF);
  BasicBlock *Done = BasicBlock::Create(C, "done", NF);
  B.CreateCondBr(IsThere, Delete, Done);
  B.SetInsertPoint(Delete);
  callRuntime(B, RuntimeFn::Delete,
              {Shape.Map, Key, mapFlags(B), Shape.Counters});
  B.CreateBr(Done);
  B.SetInsertPoint(Done);
}

/// Releases what the fiber holds where the body is at At. (What this activation
/// left in the frame is null here, and released with it.)
void CloneBuilder::emitDrops(IRBuilder<> &B, const Instruction *At) {
  if (!At)
    return;
  for (Value *V : References.heldAt(*At))
    if (const Reference &Ref = *References.getReference(V); Ref.isOwnable())
      Moves.drop(B, Ref, currentValue(B, V));
}

/// A range check of the body that fails ends the fiber where it is.
void CloneBuilder::dropAtFailedChecks() {
  for (const Instruction &I : instructions(*Shape.Body)) {
    if (!isRangeMark(I))
      continue;
    auto *Mark = dyn_cast_or_null<CallInst>(VMap.lookup(&I));
    if (!Mark)
      continue;
    IRBuilder<> B(Mark);
    SmallVector<std::pair<Value *, const Reference *>, 2> Held;
    for (Value *V : References.heldAt(I))
      if (const Reference &Ref = *References.getReference(V); Ref.isOwnable())
        Held.push_back({currentValue(B, V), &Ref});
    if (!Held.empty())
      VMap[&I] = Moves.dropAtFailure(*Mark, Held);
  }
}

void CloneBuilder::rewriteReturns() {
  if (Returns.empty())
    return;
  BasicBlock *Finish = BasicBlock::Create(C, "finish", NF);
  IRBuilder<> B(Finish);
  PHINode *Verdict =
      B.CreatePHI(Shape.Body->getReturnType(), Returns.size(), "verdict");
  DebugLoc Loc = plainLoc();
  for (ReturnInst *R : Returns) {
    Verdict->addIncoming(R->getReturnValue(), R->getParent());
    if (R->getDebugLoc())
      Loc = R->getDebugLoc();
    IRBuilder<>(R).CreateBr(Finish);
    R->eraseFromParent();
  }
  B.SetCurrentDebugLocation(Loc);
  emitFinish(B);
  B.CreateRet(isCancel() ? B.getInt64(0) : static_cast<Value *>(Verdict));
}

BasicBlock *CloneBuilder::getAbortBlock() {
  if (Abort)
    return cast<BasicBlock>(static_cast<Value *>(Abort));
  BasicBlock *Block = BasicBlock::Create(C, "abort", NF);
  Abort = Block;
  IRBuilder<> B(Block);
  B.SetCurrentDebugLocation(plainLoc());
  callRuntime(B, RuntimeFn::Aborted, {Shape.Counters});
  if (Shape.isArray() && Layout.ownsReferences())
    B.CreateCall(Moves.getClear(), {Frame});
  // Nobody knows what is queued, and the next fiber here has the same timer.
  if (Shape.isArray() && Layout.timerField() >= 0)
    callRuntime(B, RuntimeFn::StopTimer,
                {fieldAddress(B, Frame, Layout.fields()[Layout.timerField()])});
  emitFinish(B);
  returnVerdict(B, RefusedVerdict);
  return Block;
}

BasicBlock *CloneBuilder::getRefusedBlock() {
  if (Refused)
    return cast<BasicBlock>(static_cast<Value *>(Refused));
  BasicBlock *Block = BasicBlock::Create(C, "refused", NF);
  Refused = Block;
  IRBuilder<> B(Block);
  B.SetCurrentDebugLocation(plainLoc());
  returnVerdict(B, RefusedVerdict);
  return Block;
}

void CloneBuilder::returnVerdict(IRBuilder<> &B, Value *Verdict,
                                 bool MayConsume) {
  if (isCancel()) {
    B.CreateRet(B.getInt64(0));
    return;
  }
  Value *Consume = B.getInt64(getKindTraits(activationKind()).ConsumeVerdict);
  if (auto *Constant = dyn_cast<ConstantInt>(Verdict)) {
    if (Constant->getSExtValue() == FIBER_CONSUME)
      Verdict = Consume;
  } else if (MayConsume) {
    Verdict = B.CreateSelect(B.CreateICmpEQ(Verdict, B.getInt64(FIBER_CONSUME)),
                             Consume, Verdict);
  }
  B.CreateRet(B.CreateSExtOrTrunc(Verdict, NF->getReturnType()));
}

/// A new frame has its timer and work item told what they run.
void CloneBuilder::initFrame(IRBuilder<> &B, Value *NewFrame) {
  auto Init = [&](int Field, StringRef FieldKind, RuntimeFn Fn) {
    if (Field < 0)
      return;
    callRuntime(B, Fn,
                {fieldAddress(B, NewFrame, Layout.fields()[Field]), Shape.Map,
                 declareCallback(Shape, FieldKind)});
  };
  Init(Layout.timerField(), TimerKind, RuntimeFn::InitTimer);
  Init(Layout.wqField(), WqKind, RuntimeFn::InitWq);
}

/// The claimed, otherwise empty frame that is inserted before it is filled.
static GlobalVariable *getEmptyFrame(const FiberShape &Shape,
                                     const FrameLayout &Layout) {
  Module &M = Shape.getModule();
  std::string Name = Shape.Name + "__empty_frame";
  if (GlobalVariable *Known = M.getGlobalVariable(Name, true))
    return Known;
  LLVMContext &C = M.getContext();
  SmallVector<uint32_t> Words(alignTo(Layout.getSize(), 8) / 4);
  if (Layout.hasHeader())
    Words[0] = FIBER_CLAIM;
  Constant *Init = ConstantDataArray::get(C, Words);
  auto *G = new GlobalVariable(M, Init->getType(), true,
                               GlobalValue::InternalLinkage, Init, Name);
  G->setAlignment(Align(8));
  return G;
}

/// Makes sure that FrameSlot holds the frame's address; leaves B behind that.
/// The body is at At, and Record, if any, is reserved.
void CloneBuilder::createFrame(IRBuilder<> &B, const Instruction *At,
                               Value *Record) {
  BasicBlock *Create = BasicBlock::Create(C, "create", NF);
  BasicBlock *Ready = BasicBlock::Create(C, "ready", NF);
  B.CreateCondBr(B.CreateIsNull(B.CreateLoad(B.getPtrTy(), FrameSlot)), Create,
                 Ready);
  B.SetInsertPoint(Create);
  Value *New = Frame;
  if (!Shape.isArray()) {
    New = callRuntime(B, RuntimeFn::Create,
                      {Shape.Map, Key, getEmptyFrame(Shape, Layout), StartFlags,
                       Shape.Counters});
    BasicBlock *Made = BasicBlock::Create(C, "made", NF);
    BasicBlock *Failed = BasicBlock::Create(C, "failed", NF);
    IRBuilder<> FB(Failed);
    FB.SetCurrentDebugLocation(B.getCurrentDebugLocation());
    emitDrops(FB, At);
    if (Record)
      callRuntime(FB, RuntimeFn::Discard, {Record});
    FB.CreateBr(getRefusedBlock());
    B.CreateCondBr(B.CreateIsNull(New), Failed, Made);
    B.SetInsertPoint(Made);
  }
  initFrame(B, New);
  B.CreateStore(New, FrameSlot);
  B.CreateBr(Ready);
  B.SetInsertPoint(Ready);
}

/// The frame's address where it is certain that there is one.
Value *CloneBuilder::frameAddress(IRBuilder<> &B, const Instruction *At,
                                  Value *Record) {
  if (!FrameSlot)
    return Frame;
  createFrame(B, At, Record);
  return B.CreateLoad(B.getPtrTy(), FrameSlot, "frame");
}

/// Decides every comparison of V with null.
static void foldNullTests(Value &V, bool IsNull) {
  for (User *U : make_early_inc_range(V.users()))
    if (auto *Test = dyn_cast<ICmpInst>(U);
        Test && Test->isEquality() &&
        isa<ConstantPointerNull>(Test->getOperand(1))) {
      bool IsTrue = IsNull == (Test->getPredicate() == ICmpInst::ICMP_EQ);
      Test->replaceAllUsesWith(ConstantInt::getBool(Test->getType(), IsTrue));
      Test->eraseFromParent();
    }
}

/// Where nobody can have handed a value over it is 0, and whatever is stored
/// where that points to nothing: fibers ask whether there is one.
void CloneBuilder::replaceNoValue(CallInst &Call) {
  for (User *U : make_early_inc_range(Call.users())) {
    auto *Pointer = dyn_cast<IntToPtrInst>(U);
    if (!Pointer)
      continue;
    if (!NoValue) {
      FunctionCallee Callee =
          M.getOrInsertFunction("__fiber_no_value", Pointer->getType());
      NoValue = IRBuilder<>(Entry, Entry->begin()).CreateCall(Callee);
    }
    foldNullTests(*Pointer, /*IsNull=*/true);
    Pointer->replaceAllUsesWith(NoValue);
    Pointer->eraseFromParent();
  }
  Call.replaceAllUsesWith(ConstantInt::get(Call.getType(), 0));
}

void CloneBuilder::lowerPrimitives() {
  SmallVector<CallInst *> Calls;
  for (Instruction &I : instructions(*NF)) {
    Primitive P = getPrimitive(I);
    if (P == Primitive::Ctx || P == Primitive::Value || P == Primitive::Key ||
        P == Primitive::KeySize || P == Primitive::Timer ||
        P == Primitive::Wq || P == Primitive::CoarseNs ||
        P == Primitive::Abort || P == Primitive::Wakeup ||
        P == Primitive::IsStart || P == Primitive::IsTimerQueued)
      Calls.push_back(cast<CallInst>(&I));
  }
  for (CallInst *Call : Calls) {
    IRBuilder<> B(Call);
    Value *New = nullptr;
    switch (getPrimitive(*Call)) {
    case Primitive::Ctx:
      New = Context ? Context : NoContext;
      // Where other wake-ups have none, fibers ask.
      foldNullTests(*Call, /*IsNull=*/!Context);
      break;
    case Primitive::Value:
      New = Handed;
      if (!Context)
        replaceNoValue(*Call);
      break;
    case Primitive::CoarseNs:
      B.SetCurrentDebugLocation(Call->getDebugLoc());
      New = callRuntime(B, RuntimeFn::CoarseNs,
                        {B.getInt1(Shape.hasCoarseClock(activationKind()))});
      break;
    case Primitive::Key:
      New = Key;
      break;
    case Primitive::IsStart:
      New = B.getInt32(isStart());
      break;
    case Primitive::IsTimerQueued:
      New = B.getInt32(!isStart() && isTimerQueued(Shape, Kind));
      break;
    case Primitive::Wakeup:
      New = B.getInt64(getKindTraits(activationKind()).Result);
      break;
    case Primitive::Abort: {
      BasicBlock *BB = Call->getParent();
      emitDrops(B, Originals.lookup(Call));
      changeToUnreachable(Call);
      BB->getTerminator()->eraseFromParent();
      IRBuilder<>(BB).CreateBr(getAbortBlock());
      continue;
    }
    case Primitive::KeySize:
      New = B.getInt64(Shape.KeySize);
      break;
    case Primitive::Timer:
    case Primitive::Wq: {
      bool IsTimer = getPrimitive(*Call) == Primitive::Timer;
      // The call and what follows go to the block behind the creation.
      BasicBlock *Head = Call->getParent();
      BasicBlock *Tail = SplitBlock(Head, Call);
      Head->getTerminator()->eraseFromParent();
      B.SetInsertPoint(Head);
      B.SetCurrentDebugLocation(Call->getDebugLoc());
      Value *Address = frameAddress(B, Originals.lookup(Call));
      New = fieldAddress(
          B, Address,
          Layout.fields()[IsTimer ? Layout.timerField() : Layout.wqField()]);
      B.CreateBr(Tail);
      break;
    }
    default:
      llvm_unreachable("not collected");
    }
    Call->replaceAllUsesWith(New);
    Call->eraseFromParent();
  }
}

/// A value of the body where it has been defined, or reloaded.
Value *CloneBuilder::currentValue(IRBuilder<> &B, Value *V) {
  if (isa<Constant>(V))
    return V;
  if (auto It = Homes.find(V); It != Homes.end())
    return B.CreateLoad(V->getType(), It->second);
  return VMap[V];
}

/// The header of a frame that is suspended there.
Value *CloneBuilder::stateWord(IRBuilder<> &B, unsigned Index) {
  Value *State = B.getInt32(Shape.Suspends[Index].State);
  for (const SavedValue &SV : Layout.savedAt(Index)) {
    if (!SV.isStored() || !Layout.fields()[SV.Field].IsInHeader)
      continue;
    uint64_t Byte = Layout.fields()[SV.Field].Offset;
    if (M.getDataLayout().isBigEndian())
      Byte = FIBER_HEADER_SIZE - 1 - Byte;
    // It is known to fit; but who has written into the map may have made it
    // grow, and its neighbours are state and claim.
    Value *V = B.CreateZExtOrTrunc(currentValue(B, SV.V), B.getInt8Ty());
    V = B.CreateZExt(V, B.getInt32Ty());
    State = B.CreateOr(B.CreateShl(V, Byte * 8), State);
  }
  return State;
}

/// Stores what lives across the suspend into an existing frame.
void CloneBuilder::saveInto(IRBuilder<> &B, unsigned Index, Value *To) {
  for (const SavedValue &SV : Layout.savedAt(Index)) {
    if (!SV.isStored() || Layout.fields()[SV.Field].IsInHeader)
      continue;
    const FrameField &F = Layout.fields()[SV.Field];
    Value *V = currentValue(B, SV.V);
    if (SV.IsReference) {
      Moves.keep(B, SV.Field, fieldAddress(B, To, F), V);
      continue;
    }
    if (V->getType() != F.Ty)
      V = B.CreateZExtOrTrunc(V, F.Ty);
    StoreInst *Save = B.CreateStore(V, fieldAddress(B, To, F));
    if (SV.V->getType()->isIntegerTy())
      Slots.Saves.push_back({Save, static_cast<unsigned>(SV.Field),
                             SV.V->getType()->getIntegerBitWidth()});
  }
  for (AllocaInst *Object : Liveness.objectsAcross(Index)) {
    unsigned Field = Layout.objects().lookup(Object);
    const FrameField &F = Layout.fields()[Field];
    if (Kept.count(Object)) {
      Value *V = B.CreateLoad(F.Ty, VMap[Object]);
      Slots.Saves.push_back({B.CreateStore(V, fieldAddress(B, To, F)), Field,
                             F.Ty->getIntegerBitWidth()});
      continue;
    }
    if (hasFrameFromEntry())
      continue;
    auto *Local = cast<AllocaInst>(VMap[Object]);
    Local->setAlignment(std::max(Local->getAlign(), F.Alignment));
    B.CreateMemCpy(fieldAddress(B, To, F), F.Alignment, Local,
                   Local->getAlign(), F.Size);
  }
}

/// Builds the frame on the stack. What no value of this suspend covers is
/// zero: the verifier wants the image initialised, and kernel stack content
/// does not belong into a map.
void CloneBuilder::storeImage(IRBuilder<> &B, unsigned Index) {
  if (!Image) {
    IRBuilder<> EntryBuilder(Entry, Entry->begin());
    Image = EntryBuilder.CreateAlloca(
        ArrayType::get(B.getInt64Ty(), alignTo(Layout.getSize(), 8) / 8),
        nullptr, "image");
  }
  BitVector Covered(Layout.getSize());
  auto Cover = [&](const FrameField &F) {
    Covered.set(F.Offset, F.Offset + F.Size);
  };
  if (Layout.hasHeader())
    Covered.set(0, FIBER_HEADER_SIZE);
  for (const SavedValue &SV : Layout.savedAt(Index))
    if (SV.isStored())
      Cover(Layout.fields()[SV.Field]);
  for (AllocaInst *Object : Liveness.objectsAcross(Index))
    Cover(Layout.fields()[Layout.objects().lookup(Object)]);
  for (int Gap = Covered.find_first_unset(); Gap >= 0;) {
    int End = Covered.find_next(Gap);
    if (End < 0)
      End = Layout.getSize();
    B.CreateMemSet(B.CreateConstInBoundsGEP1_64(B.getInt8Ty(), Image, Gap),
                   B.getInt8(0), End - Gap, commonAlignment(Align(8), Gap));
    Gap = End < static_cast<int>(Layout.getSize())
              ? Covered.find_next_unset(End)
              : -1;
  }
  if (Layout.hasHeader())
    B.CreateStore(stateWord(B, Index), Image);
  saveInto(B, Index, Image);
}

/// A preempted fiber goes on in its work item; under a user thread it returns,
/// and the thread calls again.
void CloneBuilder::queueYield(IRBuilder<> &B, Value *To) {
  // Without a work item only users wake the fiber: another kind, for which a
  // verb was written, comes nowhere.
  if (activationKind() == SyscallKind || Layout.wqField() < 0)
    return;
  Value *Error =
      callRuntime(B, RuntimeFn::StartWq,
                  {fieldAddress(B, To, Layout.fields()[Layout.wqField()])});
  BasicBlock *Queued = BasicBlock::Create(C, "queued", NF);
  B.CreateCondBr(B.CreateIsNull(Error), Queued, getAbortBlock());
  B.SetInsertPoint(Queued);
}

/// Has the verb go on in the resume function, with a frame that stays claimed.
void CloneBuilder::handOver(IRBuilder<> &B, unsigned Index) {
  Value *State = B.getInt32(Shape.Suspends[Index].State);
  Value *To;
  if (usesImage()) {
    storeImage(B, Index);
    if (Layout.hasHeader() && !Shape.isLocal())
      B.CreateStore(B.CreateOr(B.CreateLoad(B.getInt32Ty(), Image),
                               B.getInt32(FIBER_CLAIM)),
                    Image);
    To = callRuntime(B, RuntimeFn::Create,
                     {Shape.Map, Key, Image, StartFlags, Shape.Counters});
    BasicBlock *Made = BasicBlock::Create(C, "made", NF);
    B.CreateCondBr(B.CreateIsNull(To), getRefusedBlock(), Made);
    B.SetInsertPoint(Made);
  } else {
    To = frameAddress(B, Shape.Suspends[Index].Call);
    saveInto(B, Index, To);
    // Who finds the fiber running leaves its header as it is.
    if (Layout.hasHeaderBytes())
      B.CreateStore(B.CreateOr(stateWord(B, Index), B.getInt32(FIBER_CLAIM)),
                    To);
  }
  // What the resume function reloads is not known to be what is stored here:
  // a counter that begins with a constant would be counted by the verifier.
  createBarrier(B);
  B.CreateStore(To, HandedFrame);
  B.CreateStore(State, HandedWord);
  B.CreateRet(ConstantInt::get(NF->getReturnType(), 0));
}

void CloneBuilder::lowerSuspend(unsigned Index) {
  const SuspendPoint &S = Shape.Suspends[Index];
  auto *Call = cast<CallInst>(VMap[S.Call]);
  BasicBlock *Behind = Call->getParent();
  BasicBlock *Before = Behind->getSinglePredecessor();
  assert(Before && "canonicalizeSuspends() gives one");
  Before->getTerminator()->eraseFromParent();

  IRBuilder<> B(Before);
  B.SetCurrentDebugLocation(getAwaitLocation(*Call));
  // Not the clone's operands: they would be read behind the suspend.
  Value *Verdict = currentValue(B, S.Call->getArgOperand(suspendop::Verdict));
  Value *Record = currentValue(B, S.Call->getArgOperand(suspendop::Record));
  bool HasRecord = !isa<ConstantPointerNull>(Record);
  if (isCancel()) {
    // What it owns is released with the frame. Nobody hears of the record.
    if (Layout.ownsReferences())
      saveInto(B, Index, Frame);
    if (HasRecord)
      callRuntime(B, RuntimeFn::Discard, {Record});
    returnVerdict(B, Verdict);
    return finishSuspend(Index);
  }
  if (isStart() && S.IsYield && Shape.HandsOver) {
    handOver(B, Index);
    return finishSuspend(Index);
  }
  if (usesImage() && isStart()) {
    storeImage(B, Index);
    Value *Error =
        callRuntime(B, RuntimeFn::Insert,
                    {Shape.Map, Key, Image, StartFlags, Shape.Counters});
    BasicBlock *Suspended = BasicBlock::Create(C, "suspended", NF);
    BasicBlock *Failed = getRefusedBlock();
    if (HasRecord) {
      Failed = BasicBlock::Create(C, "discard", NF);
      IRBuilder<> FB(Failed);
      FB.SetCurrentDebugLocation(getAwaitLocation(*Call));
      callRuntime(FB, RuntimeFn::Discard, {Record});
      FB.CreateBr(getRefusedBlock());
    }
    B.CreateCondBr(B.CreateIsNull(Error), Suspended, Failed);
    B.SetInsertPoint(Suspended);
  } else {
    Value *To = frameAddress(B, S.Call, HasRecord ? Record : nullptr);
    saveInto(B, Index, To);
    if (S.IsYield)
      queueYield(B, To);
    callRuntime(B, RuntimeFn::Release, {To, mapFlags(B), stateWord(B, Index)});
  }
  if (S.IsYield)
    Verdict =
        B.getInt64(activationKind() == SyscallKind ? -EAGAIN : FIBER_CONSUME);
  // Only now may user space hear of it: its answer finds the fiber waiting.
  if (HasRecord)
    callRuntime(B, RuntimeFn::Submit, {Record});
  // Every other verdict fits into an int, and mostly LLVM sees that it does.
  bool MayConsume =
      ComputeMaxSignificantBits(S.Call->getArgOperand(suspendop::Verdict),
                                M.getDataLayout()) > 32;
  returnVerdict(B, Verdict, MayConsume);
  finishSuspend(Index);
}

/// Goes on behind a suspend whose activation has been ended.
void CloneBuilder::finishSuspend(unsigned Index) {
  const SuspendPoint &S = Shape.Suspends[Index];
  auto *Call = cast<CallInst>(VMap[S.Call]);
  Value *Result = UndefValue::get(Call->getType());
  if (!isStart())
    Result = ConstantInt::get(Call->getType(), getKindTraits(Kind).Result);
  Call->replaceAllUsesWith(Result);
  if (!isStart() && S.isResumedBy(Kind))
    emitResume(Index, getAwaitLocation(*Call), Call->getParent());
  Call->eraseFromParent();
}

/// Computes I again from what this resumption has reloaded so far. Other values
/// have a home too, but nothing is in it on this path.
Instruction *
CloneBuilder::cloneComputation(IRBuilder<> &B, Instruction &I,
                               const DenseMap<Value *, Value *> &Reloaded) {
  Instruction *New = I.clone();
  for (Use &U : New->operands()) {
    Value *Op = U;
    if (Value *Known = Reloaded.lookup(Op))
      U = Known;
    else if (isa<AllocaInst, Argument>(Op))
      U = VMap[Op];
    else if (auto *Inner = dyn_cast<Instruction>(Op))
      U = cloneComputation(B, *Inner, Reloaded);
  }
  New->setDebugLoc(B.getCurrentDebugLocation());
  B.Insert(New, I.getName());
  return New;
}

/// Whether a slot may be read and written while the fiber runs: nothing else
/// has its bytes, and no eviction gives them to another fiber meanwhile.
bool CloneBuilder::staysInSlot(const SavedValue &SV) const {
  const FrameField &F = Layout.fields()[SV.Field];
  std::optional<MapDefinition> Map = getMapDefinition(*Shape.Map);
  return F.Ty == SV.V->getType() && Map && Map->isPermanent() &&
         none_of(enumerate(Layout.fields()), [&](auto Other) {
           return static_cast<int>(Other.index()) != SV.Field &&
                  Other.value().Offset < F.getEnd() &&
                  F.Offset < Other.value().getEnd();
         });
}

void CloneBuilder::emitResume(unsigned Index, const DebugLoc &Loc,
                              BasicBlock *Behind) {
  const SuspendPoint &S = Shape.Suspends[Index];
  BasicBlock *Resume = BasicBlock::Create(C, "resume." + S.Name, NF, Behind);
  // What is known behind the resume.
  DenseMap<Value *, Value *> Reloaded;
  if (!NoContext)
    Reloaded[Shape.Ctx] = Context;
  IRBuilder<> B(Resume);
  B.SetCurrentDebugLocation(Loc);
  for (const SavedValue &SV : Layout.savedAt(Index)) {
    Value *V;
    if (SV.IsReference) {
      V = ConstantPointerNull::get(B.getPtrTy());
      if (SV.isStored())
        V = Moves.take(B, SV.Field,
                       fieldAddress(B, Frame, Layout.fields()[SV.Field]),
                       SV.IsNonNull, Index);
    } else if (SV.isStored()) {
      const FrameField &F = Layout.fields()[SV.Field];
      LoadInst *Load = B.CreateLoad(F.Ty, fieldAddress(B, Frame, F), F.Name);
      Slots.Reloads[Load] = SV.Field;
      if (staysInSlot(SV))
        Load->setMetadata(SlotMetadata, MDNode::get(C, {}));
      V = Load;
      if (F.Ty != SV.V->getType())
        V = B.CreateZExtOrTrunc(V, SV.V->getType());
      if (SV.Range)
        V = markRange(B, V, *SV.Range);
    } else {
      V = cloneComputation(B, *cast<Instruction>(SV.V), Reloaded);
    }
    B.CreateStore(V, Homes[SV.V]);
    Reloaded[SV.V] = V;
    if (auto *I = dyn_cast<Instruction>(V))
      Reloads[SV.V].push_back(I);
  }
  for (AllocaInst *Object : Liveness.objectsAcross(Index)) {
    auto It = Kept.find(Object);
    if (It == Kept.end())
      continue;
    const FrameField &F = Layout.fields()[It->second];
    Value *V = Constant::getNullValue(F.Ty);
    if (!endsByTimer(Object)) {
      V = B.CreateLoad(F.Ty, fieldAddress(B, Frame, F), F.Name);
      Slots.Reloads[V] = It->second;
    }
    B.CreateStore(V, VMap[Object]);
  }
  Instruction *End = B.CreateBr(Behind);
  for (const VariableValue &Known : Variables.at(Index))
    if (Value *V = isa<Constant>(Known.V) ? Known.V : Reloaded.lookup(Known.V))
      describeVariable(Known, V, VMap, End);
  Resumes.push_back({S.State, Resume});
}

void CloneBuilder::emitDispatch() {
  if (isStart())
    return;
  Entry->getTerminator()->eraseFromParent();
  IRBuilder<> B(Entry);
  B.SetCurrentDebugLocation(plainLoc());
  // A frame that is in a hash map waits somewhere: if nowhere else, then here.
  BasicBlock *Last = nullptr;
  if (!Shape.isArray() && !Resumes.empty() &&
      Shape.Suspends.size() == Resumes.size())
    Last = Resumes.pop_back_val().second;
  if (Last && Resumes.empty()) {
    B.CreateBr(Last);
    return;
  }
  Value *State = Word;
  if (Layout.hasHeaderBytes())
    State = B.CreateAnd(Word, FIBER_SMALL_STATE_MASK);
  if (Last) {
    SwitchInst *Switch = B.CreateSwitch(State, Last, Resumes.size());
    for (auto [Case, Block] : Resumes)
      Switch->addCase(B.getInt32(Case), Block);
    return;
  }
  BasicBlock *Other = BasicBlock::Create(C, "other", NF);
  SwitchInst *Switch = B.CreateSwitch(State, Other, Resumes.size());
  for (auto [Case, Block] : Resumes)
    Switch->addCase(B.getInt32(Case), Block);

  B.SetInsertPoint(Other);
  if (isCancel()) { // at a yield point; the verb releases it
    B.CreateRet(B.getInt64(1));
    return;
  }
  if (Context)
    callRuntime(B, RuntimeFn::NotWaiting,
                {Frame, mapFlags(B), Word, Shape.Counters});
  else { // A timer or work item that came late is nobody's refusal.
    for (auto [Object, Field] : Kept)
      if (const FrameField &F = Layout.fields()[Field]; endsByTimer(Object))
        B.CreateStore(Constant::getNullValue(F.Ty), fieldAddress(B, Frame, F));
    callRuntime(B, RuntimeFn::Release, {Frame, mapFlags(B), Word});
  }
  returnVerdict(B, RefusedVerdict);
}

void CloneBuilder::promote() {
  DominatorTree Before(*NF);
  for (auto &[V, Values] : Reloads)
    if (auto *Def = dyn_cast<Instruction>(VMap[V]))
      rebindRecords(*Def, Values, Before);
  removeUnreachableBlocks(*NF);
  if (FrameSlot && Shape.isArray())
    Promotable.push_back(FrameSlot);
  DominatorTree DT(*NF);
  PromoteMemToReg(Promotable, DT);
  foldConstants();
  // An image is on the stack, where nothing is zero.
  if (isStart() && !Shape.isArray() && !usesImage())
    eraseZeroSaves(Slots);
  else
    eraseRedundantSaves(Slots, Layout);
}

/// A failed range check aborts the fiber, and whether there is a frame then is
/// known when all checks are there.
void CloneBuilder::lowerChecks() {
  checkNotedBounds(*NF);
  Moves.lowerTakes([&] { return getAbortBlock(); }, Shape.isArray());
  lowerRangeMarks(*NF, [&](CallInst &Mark) {
    return Moves.failureOf(Mark, getAbortBlock());
  });
  bool IsPending = FrameSlot && !Shape.isArray();
  if (IsPending) {
    DominatorTree DT(*NF);
    PromoteMemToReg({FrameSlot}, DT);
  }
  if (IsPending || Layout.ownsReferences())
    simplify();
}

/// BPFAdjustOpt hides conditions from the optimiser behind
/// llvm.bpf.passthrough. A constant, as an await's result is in each resume
/// function, need not be hidden.
void CloneBuilder::foldHiddenConstants() {
  for (Instruction &I : make_early_inc_range(instructions(*NF)))
    if (auto *II = dyn_cast<IntrinsicInst>(&I);
        II && II->getIntrinsicID() == Intrinsic::bpf_passthrough &&
        isa<ConstantInt>(II->getArgOperand(1))) {
      II->replaceAllUsesWith(II->getArgOperand(1));
      II->eraseFromParent();
    }
}

/// Folds what this kind of wake-up never reaches, and leaves all else in place.
void CloneBuilder::foldConstants() {
  for (int Round = 0; Round != 2; ++Round) {
    SCCPPass().run(*NF, FAM);
    FAM.invalidate(*NF, PreservedAnalyses::none());
    removeUnreachableBlocks(*NF);
    foldHiddenConstants();
  }
}

/// Folds what this kind of wake-up never reaches, so that a use of the context
/// behind `if (r == FIBER_TIMEOUT) co_return` is seen to be none in the timer.
void CloneBuilder::simplify() {
  FunctionPassManager FPM;
  FPM.addPass(SCCPPass());
  FPM.addPass(SimplifyCFGPass());
  FPM.addPass(ADCEPass());
  for (int Round = 0; Round != 2; ++Round) {
    FPM.run(*NF, FAM);
    FAM.invalidate(*NF, PreservedAnalyses::none());
    foldHiddenConstants();
  }
  // They may have been merged into others.
  Abort = Refused = nullptr;
}

static DebugLoc locationOfUse(Instruction *I) {
  // CO-RE address computations carry no location: look at what they feed.
  SmallVector<Instruction *> Work{I};
  SmallPtrSet<Instruction *, 8> Seen;
  while (!Work.empty()) {
    Instruction *Now = Work.pop_back_val();
    if (!Seen.insert(Now).second)
      continue;
    // Line 0: the optimiser made one of two instructions.
    if (Now->getDebugLoc() && Now->getDebugLoc().getLine())
      return Now->getDebugLoc();
    for (User *U : Now->users())
      Work.push_back(cast<Instruction>(U));
  }
  return DebugLoc();
}

bool CloneBuilder::checkContext() {
  if (!NoContext)
    return true;
  bool Good = true;
  // ADCE keeps the call, and with it computations that only it feeds.
  SmallVector<Instruction *> Users;
  for (User *U : NoContext->users())
    Users.push_back(cast<Instruction>(U));
  for (Instruction *U : Users) {
    DebugLoc Loc = locationOfUse(U);
    if (!Good)
      break;
    Good = false;
    Diagnostic D(*Shape.Body, DS_Error, Loc, "bpf-fiber-no-context",
                 "fiber '" + Shape.Name +
                     "' uses its context in code that is "
                     "resumed by '" +
                     Kind + "', where there is no such context");
    for (const SuspendPoint &S : Shape.Suspends)
      if (S.isResumedBy(Kind)) {
        D.note(S.Call->getDebugLoc(), "it is resumed from this co_await");
        break;
      }
    D.note(Loc,
           isCancel()
               ? "the fiber is FIBER_CANCELLABLE: before this, see whether "
                 "the co_await gave FIBER_CANCELED, or NULL"
               : "copy what you need into a local before the co_await, or "
                 "wait for a packet first");
  }
  NoContext->replaceAllUsesWith(PoisonValue::get(NoContext->getType()));
  NoContext->eraseFromParent();
  return Good;
}

/// Whether memory is accessed through V, or may be.
static bool isAccessed(const Value &V) {
  return any_of(V.users(), [&](const User *U) {
    if (isa<GetElementPtrInst, CastInst>(U))
      return isAccessed(*U);
    return isa<LoadInst, CallInst>(U) ||
           (isa<StoreInst>(U) && cast<StoreInst>(U)->getPointerOperand() == &V);
  });
}

/// A pointer that nobody has handed over is not accessed.
bool CloneBuilder::checkValue() {
  if (!NoValue)
    return true;
  bool Good = true;
  for (User *U : NoValue->users()) {
    auto *I = cast<Instruction>(U);
    if (!isAccessed(*NoValue))
      break;
    Good = false;
    DebugLoc Loc = locationOfUse(I);
    Diagnostic D(*Shape.Body, DS_Error, Loc, "bpf-fiber-no-value",
                 "fiber '" + Shape.Name +
                     "' uses what fiber_value() points to in code that is "
                     "resumed by '" +
                     Kind + "', which hands nothing over");
    for (const SuspendPoint &S : Shape.Suspends)
      if (S.isResumedBy(Kind)) {
        D.note(S.Call->getDebugLoc(), "it is resumed from this co_await");
        break;
      }
    D.note(Loc, "before this, see what the co_await gave, or whether "
                "fiber_value() is 0");
    break;
  }
  NoValue->replaceAllUsesWith(Constant::getNullValue(NoValue->getType()));
  NoValue->eraseFromParent();
  return Good;
}

Function *CloneBuilder::build() {
  createFunction();
  cloneBody();
  hoistAllocas();
  if (isStart() && !usesImage()) {
    IRBuilder<> B(Entry, Entry->begin());
    FrameSlot = B.CreateAlloca(B.getPtrTy(), nullptr, "frame.slot");
    B.SetInsertPoint(Entry->getTerminator());
    B.CreateStore(ConstantPointerNull::get(B.getPtrTy()), FrameSlot);
  }
  bindObjects();
  demoteSavedValues();
  dropAtFailedChecks();
  rewriteReturns();
  for (unsigned I = 0; I != Shape.Suspends.size(); ++I)
    lowerSuspend(I);
  emitDispatch();
  lowerPrimitives();
  promote();
  assert(!verifyFunction(*NF, &errs()) && "a clone must be well-formed");
  simplify();
  lowerChecks();
  mergeTails(*NF);
  assert(!verifyFunction(*NF, &errs()) && "merging keeps it well-formed");
  nameClone(*NF, Shape);
  if (!checkContext() || !checkValue())
    return nullptr;
  NF->addFnAttr(Attribute::AlwaysInline);
  return NF;
}

/// The function that the kernel calls when the fiber's timer or work item
/// fires: claims the frame and resumes.
static void emitCallback(const FiberShape &Shape, const FrameLayout &Layout,
                         StringRef Kind, Function *Resume) {
  Function *F = declareCallback(Shape, Kind);
  F->addFnAttr(FrameSizeAttr, std::to_string(Layout.getSize()));
  LLVMContext &C = F->getContext();
  bool IsTimer = Kind == TimerKind;
  Value *Key = F->getArg(1), *Frame = F->getArg(2);
  BasicBlock *Entry = BasicBlock::Create(C, "entry", F);
  BasicBlock *Run = BasicBlock::Create(C, "run", F);
  BasicBlock *Done = BasicBlock::Create(C, "done", F);
  IRBuilder<> B(Entry);
  DISubprogram *SP = F->getSubprogram();
  if (SP)
    B.SetCurrentDebugLocation(DILocation::get(C, SP->getLine(), 0, SP));
  auto FieldAddress = [&](const FrameField &Field) {
    return B.CreateConstInBoundsGEP1_64(B.getInt8Ty(), Frame, Field.Offset);
  };
  SmallVector<Value *> Args{Frame};
  Args.push_back(FieldAddress(
      Layout.fields()[IsTimer ? Layout.timerField() : Layout.wqField()]));
  if (IsTimer) {
    for (AllocaInst *End : {Shape.Deadline, Shape.WakeTime})
      Args.push_back(
          End ? FieldAddress(Layout.fields()[Layout.objects().lookup(End)])
              : ConstantPointerNull::get(B.getPtrTy()));
    Args.push_back(B.getInt1(Shape.hasCoarseClock(TimerKind)));
  }
  Function *Fired = getRuntimeFn(*Shape.Runtime, IsTimer ? RuntimeFn::TimerFired
                                                         : RuntimeFn::WqFired);
  Value *Word = B.CreateCall(Fired->getFunctionType(), Fired, Args);
  B.CreateCondBr(B.CreateICmpSLT(Word, B.getInt32(0)), Done, Run);
  B.SetInsertPoint(Run);
  B.CreateCall(Resume, {Frame, Word, Key, B.getInt64(0) /* value */,
                        B.getInt64(0) /* refused */});
  B.CreateBr(Done);
  B.SetInsertPoint(Done);
  B.CreateRet(B.getInt32(0));
}

bool splitFiber(const FiberShape &Shape, const SuspendLiveness &Liveness,
                const FrameLayout &Layout, const OwnedReferences &References,
                const KernelReferences &Kernel, FunctionAnalysisManager &FAM,
                FiberParts &Parts) {
  SetVector<StringRef> Kinds;
  for (const SuspendPoint &S : Shape.Suspends)
    for (const std::string &Kind : S.Kinds)
      if (Kind == TimerKind || Kind == WqKind)
        Kinds.insert(Kind);
  for (CallInst *Resume : Shape.Resumes) {
    StringRef Kind;
    getConstantStringInfo(Resume->getArgOperand(verbop::Kind), Kind);
    Kinds.insert(Kind);
  }
  if (Shape.IsCancelled)
    Kinds.insert(CancelKind);
  dropRedundantRecords(*Shape.Body);
  SuspendVariables Variables(Shape);
  bool Good = true;
  auto Build = [&](StringRef Kind) {
    Function *F = CloneBuilder(Shape, Liveness, Layout, Variables, References,
                               Kernel, FAM, Kind)
                      .build();
    Good &= F != nullptr;
    return F;
  };
  Parts.Start = Build("");
  for (StringRef Kind : Kinds)
    if (Good)
      Parts.Resume[Kind] = Build(Kind);
  if (!Good)
    return false;
  if (Shape.isArray() && Layout.ownsReferences())
    Parts.Clear = ReferenceMoves(Shape, Layout, Kernel).getClear();
  if (Layout.timerField() >= 0)
    if (Function *Resume = Parts.Resume.lookup(TimerKind))
      emitCallback(Shape, Layout, TimerKind, Resume);
  if (Layout.wqField() >= 0)
    if (Function *Resume = Parts.Resume.lookup(WqKind))
      emitCallback(Shape, Layout, WqKind, Resume);
  return true;
}

uint64_t getTokenOffset(const FiberShape &Shape, const FrameLayout &Layout) {
  return Layout.fields()[Layout.objects().lookup(Shape.Token)].Offset;
}

} // namespace llvm::bpffiber

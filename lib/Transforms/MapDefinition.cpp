// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "MapDefinition.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/BinaryFormat/Dwarf.h"
#include "llvm/IR/Constants.h"

namespace llvm::bpffiber {

// From <linux/bpf.h>.
enum {
  MapTypeHash = 1,
  MapTypeArray = 2,
  MapTypePercpuHash = 5,
  MapTypePercpuArray = 6,
  MapTypeLruHash = 9,
  MapTypeLruPercpuHash = 10,
  MapTypeLpmTrie = 11,
  MapTypeArrayOfMaps = 12,
  MapTypeHashOfMaps = 13,
};

bool MapDefinition::hasPlainValues() const {
  switch (Type) {
  case MapTypeHash:
  case MapTypeArray:
  case MapTypePercpuHash:
  case MapTypePercpuArray:
  case MapTypeLruHash:
  case MapTypeLruPercpuHash:
  case MapTypeLpmTrie:
    return true;
  default:
    return false;
  }
}

bool MapDefinition::isPermanent() const {
  return Type == MapTypeHash || Type == MapTypeArray;
}

bool MapDefinition::isOfMaps() const {
  return Type == MapTypeArrayOfMaps || Type == MapTypeHashOfMaps;
}

DIType *stripTypedefs(DIType *T) {
  while (auto *Derived = dyn_cast_or_null<DIDerivedType>(T)) {
    switch (Derived->getTag()) {
    case dwarf::DW_TAG_typedef:
    case dwarf::DW_TAG_const_type:
    case dwarf::DW_TAG_volatile_type:
      T = Derived->getBaseType();
      break;
    default:
      return T;
    }
  }
  return T;
}

static DIType *getPointee(DIType *T) {
  auto *Pointer = dyn_cast_or_null<DIDerivedType>(stripTypedefs(T));
  return Pointer && Pointer->getTag() == dwarf::DW_TAG_pointer_type
             ? Pointer->getBaseType()
             : nullptr;
}

/// __uint(name, N): the number of elements of the array that T points to.
static uint64_t getNumber(DIType *T) {
  auto *Array = dyn_cast_or_null<DICompositeType>(getPointee(T));
  if (!Array || Array->getTag() != dwarf::DW_TAG_array_type ||
      Array->getElements().size() != 1)
    return 0;
  auto *Range = dyn_cast<DISubrange>(Array->getElements()[0]);
  auto *Count =
      Range ? dyn_cast_if_present<ConstantInt *>(Range->getCount()) : nullptr;
  return Count ? Count->getZExtValue() : 0;
}

static DICompositeType *getStruct(const GlobalVariable &Map) {
  SmallVector<DIGlobalVariableExpression *, 1> Infos;
  Map.getDebugInfo(Infos);
  return Infos.empty() ? nullptr
                       : dyn_cast_or_null<DICompositeType>(stripTypedefs(
                             Infos.front()->getVariable()->getType()));
}

static std::optional<MapDefinition> readDefinition(DICompositeType *Type) {
  if (!Type)
    return std::nullopt;
  MapDefinition Definition;
  for (DINode *Element : Type->getElements()) {
    auto *Member = dyn_cast<DIDerivedType>(Element);
    if (!Member)
      continue;
    DIType *T = Member->getBaseType();
    if (Member->getName() == "type") {
      Definition.Type = getNumber(T);
    } else if (Member->getName() == "key_size") {
      Definition.KeySize = getNumber(T);
    } else if (Member->getName() == "key") {
      Definition.Key = getPointee(T);
      if (DIType *Plain = stripTypedefs(Definition.Key))
        Definition.KeySize = Plain->getSizeInBits() / 8;
    } else if (Member->getName() == "value_size") {
      Definition.ValueSize = getNumber(T);
    } else if (Member->getName() == "value") {
      if (DIType *Plain = stripTypedefs(getPointee(T)))
        Definition.ValueSize = Plain->getSizeInBits() / 8;
    }
  }
  if (!Definition.KeySize)
    return std::nullopt;
  return Definition;
}

std::optional<MapDefinition> getMapDefinition(const GlobalVariable &Map) {
  return readDefinition(getStruct(Map));
}

/// __array(values, T): an array of pointers to T.
std::optional<MapDefinition> getInnerDefinition(const GlobalVariable &Map) {
  auto Outer = getMapDefinition(Map);
  if (!Outer || !Outer->isOfMaps())
    return std::nullopt;
  for (DINode *Element : getStruct(Map)->getElements()) {
    auto *Member = dyn_cast<DIDerivedType>(Element);
    auto *Array = Member && Member->getName() == "values"
                      ? dyn_cast_or_null<DICompositeType>(
                            stripTypedefs(Member->getBaseType()))
                      : nullptr;
    if (Array && Array->getTag() == dwarf::DW_TAG_array_type)
      return readDefinition(dyn_cast_or_null<DICompositeType>(
          stripTypedefs(getPointee(Array->getBaseType()))));
  }
  return std::nullopt;
}

} // namespace llvm::bpffiber

// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef BPF_FIBER_TRANSFORMS_MAPDEFINITION_H
#define BPF_FIBER_TRANSFORMS_MAPDEFINITION_H

#include "llvm/IR/DebugInfoMetadata.h"
#include "llvm/IR/GlobalVariable.h"
#include <optional>

namespace llvm::bpffiber {

/// What the definition of a BPF map says, in the way that libbpf reads it:
/// members that are pointers, to a type or to an array of so many elements.
struct MapDefinition {
  /// BPF_MAP_TYPE_*.
  uint64_t Type = 0;
  /// In bytes.
  uint64_t KeySize = 0, ValueSize = 0;
  /// Null if only its size is given.
  DIType *Key = nullptr;

  /// Whether a lookup gives the address of a value, and no more: those in maps
  /// of maps and of sockets do not.
  bool hasPlainValues() const;
  /// Whether an element stays until somebody deletes it: one of an LRU map is
  /// evicted.
  bool isPermanent() const;
  bool isOfMaps() const;
};

/// Of the map that Map is the variable of, if debug info knows.
std::optional<MapDefinition> getMapDefinition(const GlobalVariable &Map);

/// Of the maps in Map, which is one of maps and says of which.
std::optional<MapDefinition> getInnerDefinition(const GlobalVariable &Map);

/// T without typedefs and qualifiers.
DIType *stripTypedefs(DIType *T);

} // namespace llvm::bpffiber

#endif

/**
 * Memories of models, for engines that grant few: a page in Chromium gets about 123, because each reserves 10 GB of addresses. If the
 * engine refuses one, a model that was not used lately moves out: its bytes go into an ordinary array, and another model gets its
 * memory. When it is used again, it moves in again, into any memory. It never sees bytes of another model.
 *
 * In Node no model moves, because it grants thousands of memories, and a weak reference keeps its target alive until the end of the
 * task: a loop that makes and drops models would hold all of them.
 */
import { host, isNode, type WebAssemblyMemory, type WebAssemblyModule } from '../platform.js';
import type { Kernels } from './kernels.js';

export const PAGE = 65536;
/** Limit of WebAssembly's 32-bit addresses, which a growing memory reaches before the host's own limit. */
export const LARGEST = 0x100000000;
/** Smallest maximum that a shared memory is requested with, 64 MB: enough for a few layers and their batches. */
const SMALLEST_SHARED = 0x4000000;
/** Largest memory that moves, 16 MB. A larger one would take milliseconds. */
const LARGEST_MOVED = 0x1000000;
/** Number of memories that are left to the rest of the page. */
const LEFT = 8;

export interface Exports extends Kernels {
  heap_base(): number;
}

/** Memory with an instance over it, and views of the whole memory. */
export class Room {
  readonly module: WebAssemblyModule;
  readonly memory: WebAssemblyMemory;
  /** Largest size of the memory in bytes. */
  readonly maximum: number;
  readonly exports: Exports;
  kernels: Kernels;
  elements!: Float32Array;
  words!: Uint32Array;
  doubles!: Float64Array;
  bytes!: Uint8Array;
  /** True if it was used since `moveOut` last came by. */
  recent = false;

  constructor(module: WebAssemblyModule, memory: WebAssemblyMemory, maximum: number) {
    this.module = module;
    this.memory = memory;
    this.maximum = maximum;
    const { exports } = new host.WebAssembly!.Instance(module, { env: { memory } });
    this.exports = exports as unknown as Exports;
    this.kernels = this.exports;
    this.view();
  }

  /** Makes the views anew, after the memory has grown. */
  view(): void {
    const { buffer } = this.memory;
    this.elements = new Float32Array(buffer);
    this.words = new Uint32Array(buffer);
    this.doubles = new Float64Array(buffer);
    this.bytes = new Uint8Array(buffer);
  }
}

/** Owner of a room. It may have to leave it. */
export interface Guest {
  /** Room of the owner; undefined while it has none. */
  readonly room: Room | undefined;
  /** Stores the content and leaves the room. */
  leave(): Room | undefined;
}

type Reference = { deref(): Guest | undefined };

/** Owners of rooms that move, the oldest first. They are not kept alive, and are looked at only when the engine refuses a memory. */
const guests = new Set<Reference>();
/** Removes the references of collected owners. */
let collected: { register(target: Guest, held: Reference): void } | undefined;
/** References of the owners. One that left its room by itself may still be in `guests` when it moves in again. */
const references = new WeakMap<Guest, Reference>();
/** Rooms that were left and have no owner. */
const spare: Room[] = [];
/** Largest number of owners that have a room at a time, once the engine has refused one. */
let most = Infinity;

/** Lets an owner be moved out, as long as it lives. An owner that moves in again is admitted again. */
export function admit(guest: Guest): void {
  if (isNode() || host.WeakRef === undefined) return;
  const known = references.get(guest);
  const reference = known ?? new host.WeakRef(guest);
  guests.add(reference);
  if (known !== undefined) return;
  references.set(guest, reference);
  if (host.FinalizationRegistry === undefined) return;
  collected ??= new host.FinalizationRegistry<Reference>((gone) => guests.delete(gone));
  collected.register(guest, reference);
}

/** Keeps a room that was left, for another owner. */
export function keep(room: Room): void {
  if (spare.length < LEFT && room.bytes.length <= LARGEST_MOVED) spare.push(room);
}

/**
 * Returns a room with nothing in it but what the module puts there.
 *
 * @throws the engine's error if there is no memory left
 */
export function emptyRoom(module: WebAssemblyModule, shared = false): Room {
  if (shared) return newRoom(module, true);
  const left = spare.pop();
  if (left !== undefined) return emptied(left, module);
  if (guests.size < most) {
    try {
      return newRoom(module, false);
    } catch (cause) {
      forgetGone();
      if (![...guests].some((reference) => isSmall(guestOf(reference)))) throw cause;
      most = Math.max(1, guests.size - LEFT);
    }
  }
  let room: Room | undefined;
  while (guests.size >= most) {
    const next = moveOut();
    if (next === undefined) break;
    room = next;
  }
  return room === undefined ? newRoom(module, false) : emptied(room, module);
}

function newRoom(module: WebAssemblyModule, shared: boolean): Room {
  const { memory, maximum } = newMemory(shared);
  return new Room(module, memory, maximum);
}

/** Clears a room for another owner. A new instance writes the module's constants again. */
function emptied(room: Room, module: WebAssemblyModule): Room {
  room.bytes.fill(0);
  return new Room(module, room.memory, room.maximum);
}

/** Returns the owner behind a reference if it lives and has a room. */
function guestOf(reference: Reference): Guest | undefined {
  const guest = reference.deref();
  return guest?.room === undefined ? undefined : guest;
}

/** Forgets owners that were collected or have no room. */
function forgetGone(): void {
  for (const reference of guests) if (guestOf(reference) === undefined) guests.delete(reference);
}

const isSmall = (guest: Guest | undefined): guest is Guest =>
  guest?.room !== undefined && guest.room.bytes.length <= LARGEST_MOVED;

/**
 * Moves out the owner that came first among those that were not used lately. A use costs no more than a flag; a time of use would make
 * small networks several percent slower.
 *
 * @returns its room; undefined if no room is small enough to move
 */
function moveOut(): Room | undefined {
  forgetGone();
  // The first round lowers the flags of all that were used since the last one.
  for (const reference of [...guests, ...guests]) {
    const guest = guestOf(reference);
    if (!isSmall(guest)) continue;
    if (!guest.room!.recent) {
      guests.delete(reference);
      return guest.leave();
    }
    guest.room!.recent = false;
  }
  return undefined;
}

/**
 * Creates a memory that may grow as far as the engine allows. Some engines, such as that of an iPhone, reserve the whole maximum
 * of a shared memory at once and do not have that much, so that the maximum is halved until one is granted.
 */
function newMemory(shared: boolean): { readonly memory: WebAssemblyMemory; readonly maximum: number } {
  const least = shared ? SMALLEST_SHARED : LARGEST;
  for (let maximum = LARGEST; ; maximum /= 2) {
    try {
      const limits = { initial: 1, maximum: maximum / PAGE, shared };
      return { memory: new host.WebAssembly!.Memory(limits), maximum };
    } catch (cause) {
      if (maximum <= least) throw cause;
    }
  }
}

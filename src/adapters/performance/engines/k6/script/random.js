// Random numbers: the same as Python's under a seed, drawn from the same bits by the same functions.
//
// The generator is MT19937 (Matsumoto and Nishimura 1998), seeded by an array as its authors' init_by_array does; 53 bits
// make a float. Without a seed the bits are k6's own.

const SIZE = 624;
const MIDDLE = 397;
const { imul } = Math;

function initialised(seed) {
  const state = new Uint32Array(SIZE);
  state[0] = seed;
  for (let i = 1; i < SIZE; i += 1) {
    const before = state[i - 1] ^ (state[i - 1] >>> 30);
    state[i] = imul(1812433253, before) + i;
  }
  return state;
}

function initialisedBy(key) {
  const state = initialised(19650218);
  let i = 1;
  const next = () => {
    i += 1;
    if (i < SIZE) return;
    state[0] = state[SIZE - 1];
    i = 1;
  };
  const mixed = (factor) => state[i] ^ imul(state[i - 1] ^ (state[i - 1] >>> 30), factor);
  const length = Math.max(SIZE, key.length);
  for (let k = 0; k < length; k += 1) {
    const j = k % key.length;
    state[i] = mixed(1664525) + key[j] + j;
    next();
  }
  for (let k = 0; k < SIZE - 1; k += 1) {
    state[i] = mixed(1566083941) - i;
    next();
  }
  state[0] = 0x80000000;
  return state;
}

// The words of 32 bits of a whole number without its sign, the least first.
function wordsOf(number) {
  const words = [];
  for (let left = number < 0n ? -number : number; left > 0n; left >>= 32n) words.push(Number(left & 0xffffffffn));
  return words.length > 0 ? words : [0];
}

// A function that gives 32 bits each time.
function twister(number) {
  const state = initialisedBy(wordsOf(number));
  let at = SIZE;
  const refill = () => {
    for (let i = 0; i < SIZE; i += 1) {
      const bits = (state[i] & 0x80000000) | (state[(i + 1) % SIZE] & 0x7fffffff);
      state[i] = state[(i + MIDDLE) % SIZE] ^ (bits >>> 1) ^ (bits & 1 ? 0x9908b0df : 0);
    }
    at = 0;
  };
  return () => {
    if (at === SIZE) refill();
    let bits = state[at];
    at += 1;
    bits ^= bits >>> 11;
    bits ^= (bits << 7) & 0x9d2c5680;
    bits ^= (bits << 15) & 0xefc60000;
    return (bits ^ (bits >>> 18)) >>> 0;
  };
}

// What a user draws; ``word`` gives 32 bits each time.
class Chance {
  constructor(word) {
    this.word = word;
    this.second = null; // of a pair of normally distributed numbers
  }

  // A float from 0 to less than 1.
  random() {
    const high = this.word() >>> 5;
    return (high * 67108864 + (this.word() >>> 6)) / 9007199254740992;
  }

  // A whole number of so many bits; one of 54, which may be inexact, is too large for every limit there is.
  bits(count) {
    if (count <= 32) return count === 0 ? 0 : this.word() >>> (32 - count);
    const low = this.word();
    return low + (this.word() >>> (64 - count)) * 4294967296;
  }

  // A whole number from 0 to less than ``limit``, which is at most 2 ** 53.
  below(limit) {
    const count = bitLength(limit);
    let drawn = this.bits(count);
    while (drawn >= limit) drawn = this.bits(count);
    return drawn;
  }

  uniform(low, high) {
    return low + (high - low) * this.random();
  }

  // An index, as often as its weight says.
  weighted(weights) {
    const bounds = [];
    let total = 0;
    for (const weight of weights) {
      total += weight;
      bounds.push(total);
    }
    const point = this.random() * total;
    const found = bounds.findIndex((bound) => point < bound);
    return found < 0 ? weights.length - 1 : found;
  }

  // So many characters of an alphabet.
  characters(length, alphabet) {
    let text = '';
    for (let i = 0; i < length; i += 1) text += alphabet[Math.floor(this.random() * alphabet.length)];
    return text;
  }

  // Normally distributed (Box and Muller), in pairs.
  gauss(mean, deviation) {
    let drawn = this.second;
    this.second = null;
    if (drawn === null) {
      const angle = this.random() * 2 * Math.PI;
      const radius = Math.sqrt(-2 * Math.log(1 - this.random()));
      drawn = Math.cos(angle) * radius;
      this.second = Math.sin(angle) * radius;
    }
    return mean + drawn * deviation;
  }

  exponential(mean) {
    return -mean * Math.log(1 - this.random());
  }
}

function bitLength(limit) {
  return limit > 4294967295 ? 32 + bitLength(Math.floor(limit / 4294967296)) : 32 - Math.clz32(limit);
}

function ownWord() {
  return Math.floor(Math.random() * 4294967296);
}

// A user's own random numbers; ``seed`` is a whole number as text, or null.
export function seeded(seed, user) {
  return new Chance(seed === null ? ownWord : twister(BigInt(seed) * 1000003n + BigInt(user)));
}

// Where the value of a placeholder comes from: variables, rows, counters, pools and calls.

import { compileMoment } from './moments.js';
import { MISSING, Num, atPath, floatOf, parseJson } from './values.js';

// A function of the session that gives the value, or MISSING.
export function lookUp(part) {
  if ('var' in part) return (session) => atPath(variable(session, part.var), part.path);
  if ('row' in part) return column(part.row, part.path);
  if ('counter' in part) {
    return (session) => {
      const value = variable(session, part.counter);
      return value === MISSING ? session[part.counter] : value;
    };
  }
  if ('pool' in part) {
    return (session) => {
      const values = session.pools[part.pool];
      return parseJson(values[session.chance.below(values.length)]);
    };
  }
  return CALLS[part.call](...part.args);
}

function variable(session, name) {
  return session.variables.has(name) ? session.variables.get(name) : MISSING;
}

// A column may be called by all the names that follow the feed's, or hold what they lead to.
function column([feed, name], path) {
  const keys = [name, ...path];
  const whole = [keys.join('.')];
  return (session) => {
    if (!(feed in session.rows)) return MISSING;
    const row = session.rows[feed];
    const found = atPath(row, whole);
    return found === MISSING && path.length > 0 ? atPath(row, keys) : found;
  };
}

const CALLS = {
  uuid: () => (session) => uuid(session.chance),
  now: compileMoment,
  randint: (low, high) => (session) => low + session.chance.below(high - low + 1),
  randfloat: (low, high, scale) => {
    const [from, to] = [plain(low), plain(high)];
    if (scale === undefined) return (session) => floatOf(session.chance.uniform(from, to));
    return (session) => floatOf((from + session.chance.below(to - from + 1)) / scale);
  },
  characters: (length, alphabet) => (session) => session.chance.characters(length, alphabet),
  choice: (...options) => (session) => options[session.chance.below(options.length)],
  seq: () => (session) => (session.sequence += 1),
};

function plain(number) {
  return number instanceof Num ? number.value : number;
}

// Version 4 (RFC 9562) from 128 random bits, of which those drawn first come last.
function uuid(chance) {
  const words = [chance.word(), chance.word(), chance.word(), chance.word()];
  const digits = words.reverse().map((word) => word.toString(16).padStart(8, '0')).join('');
  const variant = '89ab'[parseInt(digits[16], 16) % 4];
  const [a, b, c, d] = [digits.slice(0, 8), digits.slice(8, 12), digits.slice(13, 16), digits.slice(17, 20)];
  return `${a}-${b}-4${c}-${variant}${d}-${digits.slice(20)}`;
}

// JSON texts as values: whole numbers of any size, and floats that stay floats (see values.js).

// What JSON.parse would not keep: floats, long numbers, NaN and Infinity, and keys that look like array indexes.
const INEXACT = /(?:^|[:[,])\s*-?(?:\d+[.eE]|\d{16,}|NaN|Infinity)|"(?:\d+|__proto__)"\s*:/;
const TOKEN = /[ \t\n\r]*([[\]{},:]|true|false|null|-?(?:NaN|Infinity|\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|"(?:[^"\\]|\\.)*")/y;
const INDEX_LIKE = /^(?:\d+|__proto__)$/;

export class Num {
  constructor(value, text, float) {
    this.value = value;
    this.text = text;
    this.float = float;
  }
}

export function parseJson(text) {
  const plain = text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
  return INEXACT.test(plain) ? new Parser(plain).document() : JSON.parse(plain);
}

class Parser {
  constructor(text) {
    this.text = text;
    this.at = 0;
    this.token = this.next();
  }

  document() {
    const value = this.value();
    if (this.token !== null || this.text.slice(this.at).trim() !== '') throw new SyntaxError('no JSON');
    return value;
  }

  next() {
    TOKEN.lastIndex = this.at;
    const match = TOKEN.exec(this.text);
    if (match === null) return null;
    this.at = TOKEN.lastIndex;
    return match[1];
  }

  take(expected) {
    const token = this.token;
    if (token === null || (expected !== undefined && token !== expected)) throw new SyntaxError('no JSON');
    this.token = this.next();
    return token;
  }

  value() {
    const token = this.take();
    switch (token[0]) {
      case '{':
        return this.members();
      case '[':
        return this.items();
      case '"':
      case 't':
      case 'f':
      case 'n':
        return JSON.parse(token);
      case ']':
      case '}':
      case ',':
      case ':':
        throw new SyntaxError('no JSON');
      default:
        return number(token);
    }
  }

  members() {
    const entries = new Map();
    while (this.token !== '}') {
      const key = this.take();
      if (key[0] !== '"') throw new SyntaxError('no JSON');
      this.take(':');
      entries.set(JSON.parse(key), this.value());
      if (this.token !== '}') {
        this.take(',');
        if (this.token === '}') throw new SyntaxError('no JSON');
      }
    }
    this.take('}');
    const keys = Array.from(entries.keys());
    return keys.some((key) => INDEX_LIKE.test(key)) ? entries : Object.fromEntries(entries);
  }

  items() {
    const items = [];
    while (this.token !== ']') {
      items.push(this.value());
      if (this.token !== ']') {
        this.take(',');
        if (this.token === ']') throw new SyntaxError('no JSON');
      }
    }
    this.take(']');
    return items;
  }
}

// A float that is shown as Python shows it.
export function floatOf(value) {
  return new Num(value, floatText(value), true);
}

function number(token) {
  if (/^-?0\d/.test(token)) throw new SyntaxError('no JSON');
  const value = Number(token);
  if (!/^-?\d+$/.test(token)) return new Num(value, floatText(value), true);
  return Number.isSafeInteger(value) ? value + 0 : new Num(value, token, false);
}

// A float as Python writes it (repr): the shortest digits, an exponent below 1e-4 and from 1e16.
export function floatText(value) {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? 'Infinity' : '-Infinity';
  const [mantissa, power] = value.toExponential().split('e');
  const exponent = Number(power);
  const sign = value < 0 || Object.is(value, -0) ? '-' : '';
  if (exponent < -4 || exponent >= 16) {
    const size = Math.abs(exponent);
    return `${mantissa}e${exponent < 0 ? '-' : '+'}${size < 10 ? '0' : ''}${size}`;
  }
  const digits = mantissa.replace('-', '').replace('.', '');
  if (exponent < 0) return `${sign}0.${'0'.repeat(-exponent - 1)}${digits}`;
  const whole = digits.slice(0, exponent + 1).padEnd(exponent + 1, '0');
  return `${sign}${whole}.${digits.slice(exponent + 1) || '0'}`;
}

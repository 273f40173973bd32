// Moments as texts: the directives of strftime that mean the same everywhere.

const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const MONTHS = [
  ...['January', 'February', 'March', 'April', 'May', 'June', 'July'],
  ...['August', 'September', 'October', 'November', 'December'],
];
const DAY_MS = 86400000;

const DIRECTIVES = {
  Y: (at) => pad(at.year, 4),
  m: (at) => pad(at.month + 1, 2),
  d: (at) => pad(at.day, 2),
  H: (at) => pad(at.hour, 2),
  M: (at) => pad(at.minute, 2),
  S: (at) => pad(at.second, 2),
  f: (at) => pad(at.millisecond * 1000, 6),
  3: (at) => pad(at.millisecond, 3),
  y: (at) => pad(at.year % 100, 2),
  j: (at) => pad((Date.UTC(at.year, at.month, at.day) - Date.UTC(at.year, 0, 1)) / DAY_MS + 1, 3),
  I: (at) => pad(((at.hour + 11) % 12) + 1, 2),
  p: (at) => (at.hour < 12 ? 'AM' : 'PM'),
  a: (at) => DAYS[at.weekday].slice(0, 3),
  A: (at) => DAYS[at.weekday],
  b: (at) => MONTHS[at.month].slice(0, 3),
  B: (at) => MONTHS[at.month],
  z: (at) => zone(at.zone),
  '%': () => '%',
};

// The moment now, moved by an offset, as a text by a pattern; for "epoch" and "epoch_ms" as a whole number.
export function compileMoment(pattern, offsetMs, utc) {
  if (pattern === 'epoch') return () => Math.floor((Date.now() + offsetMs) / 1000);
  if (pattern === 'epoch_ms') return () => Date.now() + offsetMs;
  const whole = pattern.replace(/%F/g, '%Y-%m-%d').replace(/%T/g, '%H:%M:%S');
  const parts = whole.match(/%.|[^%]+/gs).map((token) => (token[0] === '%' ? DIRECTIVES[token[1]] : token));
  const fields = utc ? fieldsInUtc : fieldsHere;
  return () => {
    const at = fields(new Date(Date.now() + offsetMs));
    let text = '';
    for (const part of parts) text += typeof part === 'string' ? part : part(at);
    return text;
  };
}

function fieldsInUtc(date) {
  return {
    year: date.getUTCFullYear(),
    month: date.getUTCMonth(),
    day: date.getUTCDate(),
    hour: date.getUTCHours(),
    minute: date.getUTCMinutes(),
    second: date.getUTCSeconds(),
    millisecond: date.getUTCMilliseconds(),
    weekday: date.getUTCDay(),
    zone: 0,
  };
}

function fieldsHere(date) {
  return {
    year: date.getFullYear(),
    month: date.getMonth(),
    day: date.getDate(),
    hour: date.getHours(),
    minute: date.getMinutes(),
    second: date.getSeconds(),
    millisecond: date.getMilliseconds(),
    weekday: date.getDay(),
    zone: -date.getTimezoneOffset(),
  };
}

function zone(minutes) {
  const size = Math.abs(minutes);
  return `${minutes < 0 ? '-' : '+'}${pad(Math.floor(size / 60), 2)}${pad(Math.floor(size % 60), 2)}`;
}

function pad(value, size) {
  return String(value).padStart(size, '0');
}

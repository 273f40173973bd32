// The dates of cookies, as browsers read them (RFC 6265, section 5.1.1): the same as adapters/http/cookie_dates.py.

const DELIMITERS = /[\t\x20-\x2f\x3b-\x40\x5b-\x60\x7b-\x7e]+/;
const TIME = /^(\d{1,2}):(\d{1,2}):(\d{1,2})(?:\D|$)/;
const DAY = /^(\d{1,2})(?:\D|$)/;
const YEAR = /^(\d{2,4})(?:\D|$)/;
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

// Seconds since 1970; null for what is no date.
export function cookieDate(text) {
  let time = null;
  let day = null;
  let month = null;
  let year = null;
  for (const word of text.split(DELIMITERS)) {
    const monthFound = MONTHS.indexOf(word.slice(0, 3).toLowerCase());
    if (time === null && TIME.test(word)) time = TIME.exec(word).slice(1).map(Number);
    else if (day === null && DAY.test(word)) day = Number(DAY.exec(word)[1]);
    else if (month === null && monthFound >= 0) month = monthFound;
    else if (year === null && YEAR.test(word)) year = Number(YEAR.exec(word)[1]);
  }
  if (time === null || day === null || month === null || year === null) return null;
  if (year < 100) year += year >= 70 ? 1900 : 2000;
  const [hour, minute, second] = time;
  if (year < 1601 || hour > 23 || minute > 59 || second > 59 || day < 1) return null;
  const date = new Date(Date.UTC(year, month, day, hour, minute, second));
  return date.getUTCDate() === day ? date.getTime() / 1000 : null;
}

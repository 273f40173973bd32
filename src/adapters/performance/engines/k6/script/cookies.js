// A cookie jar as browsers have it: the same as adapters/http/cookies.py, whose docstring says by which rules. k6's own
// jar, Go's, knows neither the odd dates nor prefixes, and quotes values.

import { cookieDate } from './dates.js';

const MAX_COOKIE_BYTES = 4096;
const MAX_ATTRIBUTE_BYTES = 1024;
const MAX_PER_DOMAIN = 180;
// eslint-disable-next-line no-control-regex
const CONTROL = /[\x00-\x08\x0a-\x1f\x7f]/;
const BEYOND_ASCII = /[^\x00-\x7f]/;
const MAX_AGE = /^-?\d+$/;
const IPV4 = /^\d{1,3}(\.\d{1,3}){3}$/;
const URL = /^([a-z][a-z0-9+.-]*):\/\/(?:[^/?#@]*@)?(\[[^\]]*\]|[^/?#:]*)(?::\d*)?([^?#]*)/i;

const MOST_KNOWN = 32; // for each user: URLs, headers and what was sent
const places = new Map();
const parsed = new Map();

export class CookieJar {
  constructor(clock = () => Date.now() / 1000) {
    this.cookies = new Map();
    this.clock = clock;
    this.changed();
  }

  // What was sent where holds no more.
  changed() {
    this.sent = new Map();
    this.sentUntil = Infinity;
  }

  clear() {
    this.cookies.clear();
    this.changed();
  }

  // Keeps the cookie of one Set-Cookie header of an answer to a URL, if it may be set there.
  store(url, header) {
    const place = placeOf(url);
    const now = this.clock();
    const cookie = parse(url, header, now);
    if (cookie === null || (!cookie.secure && !place.secure && this.overlays(cookie))) return;
    this.changed();
    const key = `${cookie.domain}\n${cookie.hostOnly}\n${cookie.path}\n${cookie.name}`;
    if (cookie.expiresAt <= now) {
      this.cookies.delete(key);
      return;
    }
    this.cookies.set(key, cookie); // one that was there keeps its place in the order
    if (this.cookies.size > MAX_PER_DOMAIN) this.bound(cookie.domain);
  }

  // The value of the Cookie header for a request, after what the request has itself, or null.
  headerFor(url, own) {
    if (this.cookies.size === 0) return own;
    const now = this.clock();
    if (own !== null || now >= this.sentUntil) return this.headerAt(url, own, now);
    let header = this.sent.get(url);
    if (header === undefined) {
      header = this.headerAt(url, null, now);
      if (this.sent.size < MOST_KNOWN) this.sent.set(url, header);
      for (const { expiresAt } of this.cookies.values()) if (expiresAt > now) this.sentUntil = Math.min(this.sentUntil, expiresAt);
    }
    return header;
  }

  headerAt(url, own, now) {
    const place = placeOf(url);
    let fitting = [];
    for (const cookie of this.cookies.values()) if (cookie.expiresAt > now && fits(cookie, place)) fitting.push(cookie);
    if (own !== null) {
      const names = own.split(';').map((pair) => pair.split('=')[0].trim());
      fitting = fitting.filter((cookie) => !names.includes(cookie.name));
    }
    if (fitting.length > 1) fitting.sort((a, b) => b.path.length - a.path.length);
    const shown = fitting.map(({ name, value }) => (name === '' ? value : `${name}=${value}`));
    return (own ? [own, ...shown] : shown).join('; ') || null;
  }

  // Whether a cookie that is not secure would hide one that is.
  overlays(cookie) {
    return Array.from(this.cookies.values()).some(
      (other) =>
        other.secure &&
        other.name === cookie.name &&
        (inDomain(other.domain, cookie.domain) || inDomain(cookie.domain, other.domain)) &&
        inPath(cookie.path, other.path),
    );
  }

  bound(domain) {
    const keys = Array.from(this.cookies.entries()).filter(([, cookie]) => cookie.domain === domain);
    for (const [key] of keys.slice(0, Math.max(0, keys.length - MAX_PER_DOMAIN))) this.cookies.delete(key);
  }
}

// The Set-Cookie headers that k6 has joined by commas: one begins wherever a comma and a space are followed by a
// name and "=". A value with that in it, which the grammar for servers does not allow, is taken for two.
export function splitSetCookie(joined) {
  return joined.split(/, (?=[^;,=]*=)/);
}

// Where a request goes, as cookies see it; those of the last URLs are known.
function placeOf(url) {
  let place = places.get(url);
  if (place === undefined) {
    if (places.size >= MOST_KNOWN) places.clear();
    place = parsedPlace(url);
    places.set(url, place);
  }
  return place;
}

function parsedPlace(url) {
  const [, scheme, authority, path] = URL.exec(url) || [null, '', '', ''];
  const host = authority.replace(/^\[|\]$/g, '').toLowerCase();
  return { host, path: path || '/', secure: scheme.toLowerCase() === 'https' || isThisMachine(host) };
}

function isThisMachine(host) {
  if (host === 'localhost' || host === '::1' || host.endsWith('.localhost')) return true;
  return host.startsWith('127.') && IPV4.test(host);
}

// The cookie of a header as of now; headers that come again are taken apart once.
function parse(url, header, now) {
  const key = `${url}\n${header}`;
  let found = parsed.get(key);
  if (found === undefined) {
    if (parsed.size >= MOST_KNOWN) parsed.clear();
    found = takenApart(placeOf(url), header);
    parsed.set(key, found);
  }
  return found === null ? null : { ...found.cookie, expiresAt: expiry(found.given, now) };
}

function takenApart(place, header) {
  if (CONTROL.test(header)) return null;
  const [pair, ...items] = header.split(';');
  const [name, value] = pairOf(pair);
  if ((name === '' && value === '') || isLonger(name + value, MAX_COOKIE_BYTES)) return null;
  const given = attributes(items);
  let domain = (given.get('domain') || '').replace(/^\./, '').toLowerCase();
  if (BEYOND_ASCII.test(domain) || (domain !== '' && !inDomain(place.host, domain))) return null;
  if (domain !== '' && !/[.:]/.test(domain)) {
    if (domain !== place.host) return null; // as public suffixes are
    domain = '';
  }
  const path = given.get('path') || '';
  const secure = given.has('secure');
  if ((secure && !place.secure) || !prefixHolds(name || value, given, secure)) return null;
  const cookie = {
    name,
    value,
    domain: domain || place.host,
    hostOnly: domain === '',
    path: path.startsWith('/') ? path : defaultPath(place.path),
    secure,
  };
  return { cookie, given };
}

function pairOf(pair) {
  const at = pair.indexOf('=');
  return at < 0 ? ['', trimmed(pair)] : [trimmed(pair.slice(0, at)), trimmed(pair.slice(at + 1))];
}

function attributes(items) {
  const found = new Map();
  for (const item of items) {
    const at = item.indexOf('=');
    const name = trimmed(at < 0 ? item : item.slice(0, at)).toLowerCase();
    const value = at < 0 ? '' : trimmed(item.slice(at + 1));
    if (!isLonger(value, MAX_ATTRIBUTE_BYTES)) found.set(name, value);
  }
  return found;
}

function prefixHolds(name, given, secure) {
  const lowered = name.toLowerCase();
  if (lowered.startsWith('__secure-')) return secure;
  if (lowered.startsWith('__host-')) return secure && !given.get('domain') && given.get('path') === '/';
  return true;
}

function expiry(given, now) {
  const maxAge = given.get('max-age') || '';
  if (MAX_AGE.test(maxAge)) return Number(maxAge) > 0 ? now + Number(maxAge) : -Infinity;
  const expires = given.has('expires') ? cookieDate(given.get('expires')) : null;
  return expires === null ? Infinity : expires;
}

function fits(cookie, place) {
  if (cookie.secure && !place.secure) return false;
  const there = cookie.hostOnly ? place.host === cookie.domain : inDomain(place.host, cookie.domain);
  return there && inPath(place.path, cookie.path);
}

function inDomain(host, domain) {
  return host === domain || (host.endsWith(`.${domain}`) && !IPV4.test(host) && !host.includes(':'));
}

function inPath(path, cookiePath) {
  return path === cookiePath || path.startsWith(cookiePath.endsWith('/') ? cookiePath : `${cookiePath}/`);
}

function defaultPath(path) {
  return path.slice(0, path.lastIndexOf('/')) || '/';
}

// Without spaces and tabs around it.
function trimmed(text) {
  let from = 0;
  let to = text.length;
  while (from < to && isWhite(text.charCodeAt(from))) from += 1;
  while (from < to && isWhite(text.charCodeAt(to - 1))) to -= 1;
  return text.slice(from, to);
}

function isWhite(code) {
  return code === 32 || code === 9;
}

// Whether a text has more than so many bytes in UTF-8, of which a character has up to four, and a unit up to three.
function isLonger(text, most) {
  if (text.length * 3 <= most) return false;
  let count = 0;
  for (const character of text) {
    const code = character.codePointAt(0);
    count += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  return count > most;
}

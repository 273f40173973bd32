// HTTP Digest authentication (RFC 7616); see program/runtime/digest.py.

import crypto from 'k6/crypto';

import { split } from './redirects.js';
import { compileText, textOf } from './texts.js';

const WORD = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
const PIECE = new RegExp(
  `\\s*(?:(${WORD})\\s*=\\s*(?:"((?:[^"\\\\]|\\\\.)*)"|(${WORD}))|(${WORD})(?=\\s|,|$))\\s*(?:,|(?=\\s)|$)?`,
  'y',
);
const ALGORITHMS = { md5: (text) => crypto.md5(text, 'hex'), 'sha-256': (text) => crypto.sha256(text, 'hex') };

// The functions ``headers``, of a session and a request, and ``challenged``, of those and an answer's headers.
export function compileDigest(entry) {
  const username = compileText(entry.username);
  const password = compileText(entry.password);
  const known = new Map(); // by origin: what the server asked with

  function headers(session, request) {
    const challenge = known.get(originOf(request.url));
    if (challenge === undefined) return {};
    challenge.count += 1;
    return { Authorization: answer(request, challenge, textOf(username, session), textOf(password, session)) };
  }

  // Whether an answer with status 401 asks in a way that can be answered, and was not already.
  function challenged(request, answered) {
    const origin = originOf(request.url);
    const before = known.get(origin);
    known.delete(origin);
    const fields = challenges(answered['Www-Authenticate'] || '').find(canAnswer);
    if (fields === undefined || !fields.has('nonce')) return false;
    known.set(origin, { fields, count: 0 });
    return before === undefined || before.count > 1 || (fields.get('stale') || '').toLowerCase() === 'true';
  }

  return { headers, challenged };
}

function answer(request, challenge, username, password) {
  const { fields } = challenge;
  const { path, query } = split(request.url);
  const uri = (path || '/') + query;
  const algorithm = (fields.get('algorithm') || 'MD5').toLowerCase();
  const digest = ALGORITHMS[algorithm.replace(/-sess$/, '')];
  const cnonce = Array.from(new Uint8Array(crypto.randomBytes(8)), hexByte).join('');
  const count = challenge.count.toString(16).padStart(8, '0');
  const realm = fields.get('realm') || '';
  const nonce = fields.get('nonce');
  let secret = digest(`${username}:${realm}:${password}`);
  if (algorithm.endsWith('-sess')) secret = digest(`${secret}:${nonce}:${cnonce}`);
  const middle = fields.has('qop') ? `${nonce}:${count}:${cnonce}:auth` : nonce;
  const told = [
    `username="${quoted(username)}"`,
    `realm="${quoted(realm)}"`,
    `nonce="${quoted(nonce)}"`,
    `uri="${quoted(uri)}"`,
    `response="${digest(`${secret}:${middle}:${digest(`${request.method}:${uri}`)}`)}"`,
  ];
  if (fields.has('algorithm')) told.push(`algorithm=${fields.get('algorithm')}`);
  if (fields.has('opaque')) told.push(`opaque="${quoted(fields.get('opaque'))}"`);
  if (fields.has('qop')) told.push(`qop=auth, nc=${count}, cnonce="${cnonce}"`);
  return `Digest ${told.join(', ')}`;
}

function challenges(text) {
  const found = [];
  let fields = null;
  let position = 0;
  while (position < text.length) {
    PIECE.lastIndex = position;
    const match = PIECE.exec(text);
    position = match === null || PIECE.lastIndex === position ? position + 1 : PIECE.lastIndex;
    if (match !== null) {
      const [, name, quotedValue, plain, scheme] = match;
      if (scheme !== undefined) {
        fields = scheme.toLowerCase() === 'digest' ? new Map() : null;
        if (fields !== null) found.push(fields);
      } else if (fields !== null && name !== undefined) {
        fields.set(name.toLowerCase(), quotedValue === undefined ? plain : quotedValue.replace(/\\(.)/g, '$1'));
      }
    }
  }
  return found;
}

function canAnswer(fields) {
  const algorithm = (fields.get('algorithm') || 'MD5').toLowerCase().replace(/-sess$/, '');
  const qops = (fields.has('qop') ? fields.get('qop') : 'auth').split(',').map((word) => word.trim().toLowerCase());
  return algorithm in ALGORITHMS && qops.includes('auth');
}

function originOf(url) {
  const { scheme, host } = split(url);
  return `${scheme}://${host}`.toLowerCase();
}

function hexByte(byte) {
  return byte.toString(16).padStart(2, '0');
}

function quoted(text) {
  return text.replace(/\\/g, '\\\\').replace(/"/g, '\\"');
}

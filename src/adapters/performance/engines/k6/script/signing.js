// Signatures of requests: AWS Signature Version 4, and HMAC over what the plan says; see program/runtime/signing.py.

import crypto from 'k6/crypto';
import encoding from 'k6/encoding';

import { split } from './redirects.js';
import { compileText, textOf } from './texts.js';

const NOT_SIGNED = ['connection', 'cookie', 'expect', 'transfer-encoding', 'user-agent', 'x-amzn-trace-id'];
const PORTS = { http: '80', https: '443' };
const PLACEHOLDER = /\{(\w+)\}/;

// The value of the request's Host header.
function hostOf({ url, headers }) {
  const given = Object.keys(headers).find((name) => name.toLowerCase() === 'host');
  if (given !== undefined) return headers[given];
  const { scheme, host } = split(url);
  const [, name, port] = /^(\[[^\]]*\]|[^:]*)(?::(\d*))?$/.exec(host.slice(host.lastIndexOf('@') + 1).toLowerCase());
  return port && port !== PORTS[scheme.toLowerCase()] ? `${name}:${port}` : name;
}

function pathOf(url) {
  return split(url).path || '/';
}

function queryOf(url) {
  return split(url).query.slice(1);
}

export function compileSigV4(entry) {
  const names = ['access_key', 'secret_key', 'session_token', 'region', 'service'];
  const given = names.filter((name) => entry[name] !== null).map((name) => [name, compileText(entry[name])]);
  return (session, request) => {
    const texts = Object.fromEntries(given.map(([name, text]) => [name, textOf(text, session)]));
    const stamp = new Date().toISOString().replace(/[-:]|\.\d+/g, '');
    const payload = crypto.sha256(request.body || '', 'hex');
    const added = { 'X-Amz-Date': stamp };
    if (texts.service === 's3') added['X-Amz-Content-SHA256'] = payload;
    if (texts.session_token) added['X-Amz-Security-Token'] = texts.session_token;
    const signed = canonicalHeaders({ ...request.headers, ...added, Host: hostOf(request) });
    const signedNames = signed.map(([name]) => name).join(';');
    const canonical = [
      request.method,
      canonicalPath(pathOf(request.url), texts.service !== 's3'),
      canonicalQuery(queryOf(request.url)),
      ...signed.map(([name, value]) => `${name}:${value}`),
      '',
      signedNames,
      payload,
    ].join('\n');
    const scope = `${stamp.slice(0, 8)}/${texts.region}/${texts.service}/aws4_request`;
    const text = `AWS4-HMAC-SHA256\n${stamp}\n${scope}\n${crypto.sha256(canonical, 'hex')}`;
    const key = scope
      .split('/')
      .reduce((secret, part) => crypto.hmac('sha256', secret, part, 'binary'), `AWS4${texts.secret_key}`);
    const signature = crypto.hmac('sha256', key, text, 'hex');
    const proof = `Credential=${texts.access_key}/${scope}, SignedHeaders=${signedNames}, Signature=${signature}`;
    return { ...added, Authorization: `AWS4-HMAC-SHA256 ${proof}` };
  };
}

function canonicalHeaders(headers) {
  return Object.keys(headers)
    .map((name) => [name.toLowerCase(), headers[name].trim().replace(/\s+/g, ' ')])
    .filter(([name]) => !NOT_SIGNED.includes(name))
    .sort(([a], [b]) => (a < b ? -1 : 1));
}

function canonicalPath(path, twice) {
  if (!twice) return path;
  const kept = [];
  for (const part of path.split('/')) {
    if (part === '..') kept.pop();
    else if (part !== '' && part !== '.') kept.push(part);
  }
  const slash = kept.length > 0 && path.endsWith('/') ? '/' : '';
  return `/${kept.map(percentEncoded).join('/')}${slash}`;
}

function canonicalQuery(query) {
  const pairs = query.split('&').filter((pair) => pair !== '');
  const encoded = pairs.map((pair) => {
    const at = pair.indexOf('=');
    return at < 0 ? [once(pair), ''] : [once(pair.slice(0, at)), once(pair.slice(at + 1))];
  });
  const before = ([a, x], [b, y]) => (a < b || (a === b && x < y) ? -1 : 1);
  return encoded
    .sort(before)
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
}

// Percent-encoded, whether or not it was before.
function once(text) {
  return text.replace(/%([0-9A-Fa-f]{2})|[^]/gu, (character, code) => {
    if (code === undefined) return percentEncoded(character);
    const meant = String.fromCharCode(parseInt(code, 16));
    return /[\w.~-]/.test(meant) ? meant : character.toUpperCase();
  });
}

function percentEncoded(text) {
  return encodeURIComponent(text).replace(/[!'()*]/g, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`);
}

export function compileHmac(entry) {
  const key = compileText(entry.key);
  const keyId = compileText(entry.key_id);
  return (session, request) => {
    const parts = partsOf(entry, request, textOf(keyId, session));
    const mac = crypto.createHMAC(entry.algorithm, keyBytes(textOf(key, session), entry.key_encoding));
    for (const piece of filled(entry.string, parts)) mac.update(piece);
    const signature = mac.digest(entry.encoding);
    const added = { [entry.header]: filled(entry.value, { ...parts, signature }).join('') };
    if (entry.timestamp_header) added[entry.timestamp_header] = parts.timestamp;
    if (entry.key_id_header) added[entry.key_id_header] = parts.key_id;
    return added;
  };
}

function partsOf(entry, request, keyId) {
  const query = queryOf(request.url);
  const path = pathOf(request.url);
  const body = request.body || '';
  return {
    method: request.method,
    path,
    query,
    target: query === '' ? path : `${path}?${query}`,
    host: hostOf(request),
    timestamp: timestamp(entry.timestamp),
    key_id: keyId,
    body,
    body_sha256: crypto.sha256(body, 'hex'),
    body_sha256_base64: crypto.sha256(body, 'base64'),
  };
}

// The pieces of a text, its placeholders filled in; a body may be binary.
function filled(text, parts) {
  return text.split(PLACEHOLDER).map((piece, number) => (number % 2 === 1 ? parts[piece] : piece));
}

function keyBytes(text, how) {
  if (how === 'base64') return encoding.b64decode(text);
  if (how === 'text') return text;
  if (!/^([0-9A-Fa-f]{2})*$/.test(text)) throw new Error('the key is not hexadecimal');
  return new Uint8Array((text.match(/../g) || []).map((pair) => parseInt(pair, 16))).buffer;
}

function timestamp(how) {
  const now = Date.now();
  if (how === 'iso') return new Date(now - (now % 1000)).toISOString().replace('.000Z', 'Z');
  return String(how === 'unix_ms' ? now : Math.floor(now / 1000));
}

// Checks and extractors: what must hold of an answer, and what is taken from it.

import encoding from 'k6/encoding';
import { parseHTML } from 'k6/html';

import { MISSING, atPath, equal, kindOf, parseJson } from './values.js';

// What is to be done with the body of an answer to this step: k6's responseType.
export function bodyWanted(step) {
  if (step.checks.some((check) => check.kind === 'size')) return 'binary';
  const reads = (entry) => ['body', 'json', 'input'].includes(entry.kind);
  return step.checks.some(reads) || step.extract.some(reads) ? 'text' : 'none';
}

// An answer as checks and extractors look at it; its text, JSON and headers are made when first asked for.
export class Answer {
  constructor(response) {
    this.response = response;
    this.status = response.status;
    this.cached = {};
  }

  get elapsedS() {
    const { timings } = this.response;
    return (timings.blocked + timings.duration) / 1000;
  }

  get size() {
    const { body } = this.response;
    return body === null ? 0 : body.byteLength;
  }

  get text() {
    if (!('text' in this.cached)) {
      const { body } = this.response;
      const binary = body !== null && typeof body === 'object';
      this.cached.text = binary ? encoding.b64decode(encoding.b64encode(body), 'std', 's') : body || '';
    }
    return this.cached.text;
  }

  // The body as JSON, null in place of what is no JSON.
  get json() {
    if (!('json' in this.cached)) {
      try {
        this.cached.json = parseJson(this.text);
      } catch (error) {
        this.cached.json = null;
      }
    }
    return this.cached.json;
  }

  header(name) {
    if (!('headers' in this.cached)) {
      const { headers } = this.response;
      this.cached.headers = new Map(Object.keys(headers).map((key) => [key.toLowerCase(), headers[key]]));
    }
    const value = this.cached.headers.get(name.toLowerCase());
    return value === undefined ? MISSING : value;
  }

  cookie(name) {
    const found = this.response.cookies[name];
    return found === undefined || found.length === 0 ? MISSING : found[found.length - 1].value;
  }
}

// Counts the checks of a step; returns the number of the first failure, "status" for a bad status, or null.
export function judge(step, answer, count) {
  let failure = null;
  let statusChecked = false;
  for (const check of step.checks) {
    const passed = CHECKS[check.kind](check, answer);
    count(check.number, passed);
    statusChecked = statusChecked || check.kind === 'status';
    if (!passed && failure === null) failure = check.failure;
  }
  return answer.status >= 400 && !statusChecked ? 'status' : failure;
}

// Takes the values that a step asks for into the session; the number of the first that is not there, or null.
export function extract(step, answer, session) {
  for (const entry of step.extract) {
    let value = EXTRACTORS[entry.kind](entry, answer);
    if (value === MISSING && 'default' in entry) value = entry.default;
    if (value === MISSING) {
      session.variables.delete(entry.var);
      return entry.failure;
    }
    session.variables.set(entry.var, value);
  }
  return null;
}

const CHECKS = {
  status: (check, answer) => check.ranges.some(([low, high]) => low <= answer.status && answer.status <= high),
  body: (check, answer) => {
    if (check.how === 'equals') return answer.text === check.text;
    return answer.text.includes(check.text) === (check.how === 'contains');
  },
  json: checkJson,
  header: checkHeader,
  time: (check, answer) => answer.elapsedS < check.under_s,
  size: (check, answer) => check.min <= answer.size && (check.max === null || answer.size <= check.max),
};

function checkJson(check, answer) {
  const none = answer.json === null && answer.text.trim() !== 'null';
  const value = none ? MISSING : atPath(answer.json, check.path);
  if (value === MISSING || !check.exists) return (value === MISSING) === !check.exists;
  if ('equals' in check && !equalJson(value, check.equals)) return false;
  return !('type' in check) || isType(value, check.type);
}

function equalJson(a, b) {
  return typeof a === 'boolean' || typeof b === 'boolean' ? a === b : equal(a, b);
}

function isType(value, type) {
  const kind = kindOf(value);
  if (type === 'number') return kind === 'integer' || kind === 'float';
  if (type === 'integer') return kind === 'integer' || (kind === 'float' && Number.isInteger(value.value));
  return kind === type;
}

function checkHeader(check, answer) {
  const value = answer.header(check.header);
  if (value === MISSING || !check.exists) return (value === MISSING) === !check.exists;
  const { equals = null, contains = null } = check;
  return (equals === null || equals === value) && (contains === null || value.includes(contains));
}

const EXTRACTORS = {
  json: (entry, answer) => (answer.json === null ? MISSING : atPath(answer.json, entry.path)),
  header: (entry, answer) => answer.header(entry.header),
  cookie: (entry, answer) => answer.cookie(entry.cookie),
  status: (entry, answer) => answer.status,
  input: (entry, answer) => inputValue(answer.text, entry.input),
};

// The value of the first input, or the content of the first meta element, of a name.
function inputValue(html, name) {
  const found = parseHTML(html)
    .find('input, meta')
    .toArray()
    .find((element) => element.attr('name') === name);
  const value = found && found.attr(found.is('meta') ? 'content' : 'value');
  return value === undefined ? MISSING : value;
}

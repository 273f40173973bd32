// What a user measures, told to polyload as lines of text (k6's --console-output); records.py reads them.
//
// B <began>                                     the load began, in ms since 1970, as all times here
// S <now> <iterations> <users> <checks> <rows>  what a user did since its last such line
// U <now> <change>                              a user joined (1), left (-1) or came to the end of the load (0)
// M <id> <code> <json text>                     a k6 error code and message, referred to by rows
// X <json text>                                 an exception in this script
// D <count>                                     arrivals that found no user free
// E <now>                                       the load is over (0: what users told says when)
//
// <rows> are base64 of float64 numbers, seven a request: its number in the program, the time it ended, latency, time
// to first byte and time to connect in ms (NaN: not known), status, and outcome: see records.py.
// <users> is k6's count of busy users or "-"; <checks> is "-" or "number:passed:failed,...".

import encoding from 'k6/encoding';
import exec from 'k6/execution';

const COLUMNS = 7;
const ROWS = 256;
const MESSAGES = 64; // per user, so that ids do not meet

export const SUCCESS = 0;
export const BAD_STATUS = 1;
export const TOO_MANY_REDIRECTS = 2;
export const CUT_OFF = 3;
export const judgedAs = (failure) => -1 - failure;
const FIRST_MESSAGE = 1000;

const rows = new Float64Array(COLUMNS * ROWS);
const messages = new Map();
let filled = 0;
let budget = 10; // how often this user may flush now: ten times in a row, and ten times a second in the long run
let checkedAt = 0;
let iterations = 0;
let checks = new Map();
let busyUsers = () => '-';

export function began(startedAt, busy) {
  if (busy !== undefined) busyUsers = busy;
  console.log(`B ${startedAt}`);
  checkedAt = startedAt;
}

export function row(request, endedAt, latency, firstByte, connect, status, outcome) {
  const at = filled * COLUMNS;
  rows[at] = request;
  rows[at + 1] = endedAt;
  rows[at + 2] = latency;
  rows[at + 3] = firstByte;
  rows[at + 4] = connect;
  rows[at + 5] = status;
  rows[at + 6] = outcome;
  filled += 1;
  if (filled === ROWS) flush(endedAt);
}

// The request told of last turned out so.
export function lastWas(outcome) {
  if (filled > 0) rows[filled * COLUMNS - 1] = outcome;
}

// The outcome that stands for a k6 error code and message.
export function message(code, text) {
  const key = `${code} ${text}`;
  let id = messages.get(key);
  if (id === undefined) {
    id = exec.vu.idInTest * MESSAGES + Math.min(messages.size, MESSAGES - 1);
    if (messages.size < MESSAGES) messages.set(key, id);
    console.log(`M ${id} ${code} ${JSON.stringify(text)}`);
  }
  return FIRST_MESSAGE + id;
}

export function countCheck(number, passed) {
  const counts = checks.get(number) || [0, 0];
  counts[passed ? 0 : 1] += 1;
  checks.set(number, counts);
}

export function iterated() {
  iterations += 1;
}

export function users(change, now) {
  console.log(`U ${now} ${change}`);
}

// Flushes if it is time to; what was not flushed is lost when k6 is stopped in the middle of a request.
export function flushWhenDue(now) {
  budget += (now - checkedAt) / 100;
  checkedAt = now;
  if (budget < 1) return false;
  if (budget > 10) budget = 10;
  flush(now);
  return true;
}

export function flush(now) {
  if (filled === 0 && iterations === 0 && checks.size === 0) return;
  const told = checks.size === 0 ? '-' : Array.from(checks, ([number, counts]) => [number, ...counts].join(':')).join();
  const data = encoding.b64encode(rows.buffer.slice(0, filled * COLUMNS * 8));
  budget -= 1;
  console.log(`S ${now} ${iterations} ${busyUsers()} ${told} ${data}`);
  filled = 0;
  iterations = 0;
  if (checks.size > 0) checks = new Map();
}

export function exception(error) {
  console.log(`X ${JSON.stringify(String((error && error.stack) || error))}`);
}

export function dropped(count) {
  console.log(`D ${count}`);
}

export function ended(now) {
  console.log(`E ${now}`);
}

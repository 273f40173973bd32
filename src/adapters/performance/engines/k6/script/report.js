// What a user measures, told to polyload as lines of text (k6's --console-output); records.py reads them.
//
// B <began>                                     the load began, in ms since 1970, as all times here
// S <now> <iterations> <users> <checks> <counts> <rows>  what a user did since its last such line, all in one second
// U <now> <change>             a user joined (1), left (-1) or came to the end of the load (0)
// P <count>                    so many iterations took longer than their pacing
// R <feed>                     an iteration found that the feed of this number has no row left
// M <id> <code> <json text>    a k6 error code and message, referred to by rows
// X <json text>                an exception in this script
// A <rows>                     requests that are measured aside, outside of the load
// F <part> <row> <late>        setup or teardown did not come to its end: its last request, and 1 if it was cut off
// K <count> <json text>        steps were skipped so often, and why
// O                            a failure stopped this user
// D <count>                    arrivals that found no user free
// T <figures> <figures> ...    what k6 says of its Trends at its end, each base64 of float64 numbers
// E <now>                      the load is over (0: what users told says when)
//
// A request is told of as a row, or where it is the only one of the plan and its time need not be known here, counted:
// <counts> is "-" or "status:outcome:count,...".
// <rows> are base64 of float64 numbers, eight a request: its number in the program, the time it ended, latency, time to
// first byte, to connect and for the TLS handshake in ms (NaN: not known, or none), status, and outcome: see records.py.
// <users> is k6's count of busy users or "-"; <checks> is "-" or "number:passed:failed,...".

import encoding from 'k6/encoding';
import exec from 'k6/execution';

const { NaN: UNKNOWN } = Number;
const COLUMNS = 8;
const ROWS = 256;
const MESSAGES = 64; // per user, so that ids do not meet
const TEARDOWN = 1e6; // a number that no user has; setup's is 0

export const SUCCESS = 0;
export const BAD_STATUS = 1;
export const TOO_MANY_REDIRECTS = 2;
export const CUT_OFF = 3;
export const judgedByStatus = (status) => (status < 400 ? SUCCESS : BAD_STATUS);
export const judgedAs = (failure) => -1 - failure;
const FIRST_MESSAGE = 1000;

const rows = new Float64Array(COLUMNS * ROWS);
const messages = new Map();
let filled = 0;
let counts = new Map();
let lastStatus = 0;
let inARow = 0; // how often it came, beside what is in counts
let beganAt = 0;
let secondEndsAt = 0;
let dueAt = 0; // when this user may flush again: ten times in a row, and ten times a second in the long run
let iterations = 0;
let lateOnes = 0;
let skips = new Map();
let outside = null; // what is done outside of the load
let checks = new Map();
let busyUsers = () => '-';

export function began(startedAt, busy) {
  if (busy !== undefined) busyUsers = busy;
  console.log(`B ${startedAt}`);
  beganAt = startedAt;
  secondEndsAt = startedAt + 1000;
}

// Whatever is told next belongs to the second of now.
function turnTo(now) {
  flush(secondEndsAt - 1);
  secondEndsAt = beganAt + 1000 * (Math.floor((now - beganAt) / 1000) + 1);
}

export function row(request, endedAt, latency, firstByte, connect, tls, status, outcome) {
  if (endedAt >= secondEndsAt) turnTo(endedAt);
  if (filled === ROWS) flush(endedAt);
  const at = filled * COLUMNS;
  rows[at] = request;
  rows[at + 1] = endedAt;
  rows[at + 2] = latency;
  rows[at + 3] = firstByte;
  rows[at + 4] = connect;
  rows[at + 5] = tls;
  rows[at + 6] = status;
  rows[at + 7] = outcome;
  filled += 1;
}

// An answer, judged by its status until lastWas says otherwise.
export function count(endedAt, status) {
  if (endedAt >= secondEndsAt) turnTo(endedAt);
  if (status !== lastStatus) {
    addUp();
    lastStatus = status;
  }
  inARow += 1;
}

function addUp() {
  if (inARow > 0) add(judgedByStatus(lastStatus), inARow);
  inARow = 0;
}

function add(outcome, number) {
  const key = `${lastStatus}:${outcome}`;
  counts.set(key, (counts.get(key) || 0) + number);
}

// The request told of last turned out so.
export function lastWas(outcome) {
  if (inARow === 0) {
    rows[filled * COLUMNS - 1] = outcome;
  } else if (outcome !== judgedByStatus(lastStatus)) {
    inARow -= 1;
    add(outcome, 1);
  }
}

// The request told of last is another one, and turned out so.
export function lastWasOf(number, outcome) {
  rows[(filled - 1) * COLUMNS] = number;
  lastWas(outcome);
}

// The outcome that stands for a k6 error code and message.
export function message(code, text) {
  const key = `${code} ${text}`;
  let id = messages.get(key);
  if (id === undefined) {
    id = (outside === 'teardown' ? TEARDOWN : exec.vu.idInTest) * MESSAGES + Math.min(messages.size, MESSAGES - 1);
    if (messages.size < MESSAGES) messages.set(key, id);
    console.log(`M ${id} ${code} ${JSON.stringify(text)}`);
  }
  return FIRST_MESSAGE + id;
}

export function countCheck(number, passed) {
  const passedAndFailed = checks.get(number) || [0, 0];
  passedAndFailed[passed ? 0 : 1] += 1;
  checks.set(number, passedAndFailed);
}

export function iterated(now) {
  if (now >= secondEndsAt) turnTo(now);
  iterations += 1;
}

export function users(change, now) {
  console.log(`U ${now} ${change}`);
}

export function starved(feed) {
  console.log(`R ${feed}`);
}

export function late() {
  lateOnes += 1;
}

// A group of steps ended.
export function group(number, endedAt, duration, failed) {
  row(number, endedAt, duration, UNKNOWN, UNKNOWN, UNKNOWN, 0, failed ? BAD_STATUS : SUCCESS);
}

// Steps were skipped.
export function skipped(why) {
  skips.set(why, (skips.get(why) || 0) + 1);
}

// From now on all is measured aside: it is done in this part, outside of the load; null: the load goes on.
export function aside(part) {
  flush(secondEndsAt - 1);
  outside = part;
}

export function stoppedUser() {
  console.log('O');
}

// Setup or teardown did not come to its end.
export function notDone(part, wasLate) {
  const last = rows.buffer.slice((Math.max(filled, 1) - 1) * COLUMNS * 8, Math.max(filled, 1) * COLUMNS * 8);
  console.log(`F ${part} ${encoding.b64encode(last)} ${wasLate ? 1 : 0}`);
}

// Flushes if it is time to; what was not flushed is lost when k6 is stopped in the middle of a request.
export function flushWhenDue(now) {
  if (now < dueAt) return false;
  flush(now);
  return true;
}

export function nextFlush() {
  return dueAt;
}

export function flush(now) {
  addUp();
  if (lateOnes > 0) console.log(`P ${lateOnes}`);
  lateOnes = 0;
  for (const [why, number] of skips) console.log(`K ${number} ${JSON.stringify(why)}`);
  if (skips.size > 0) skips = new Map();
  if (filled === 0 && iterations === 0 && checks.size === 0 && counts.size === 0) return;
  const data = filled === 0 ? '' : encoding.b64encode(rows.buffer.slice(0, filled * COLUMNS * 8));
  dueAt = Math.max(dueAt, now - 1000) + 100;
  if (outside !== null) console.log(`A ${data}`);
  else console.log(`S ${now} ${iterations} ${busyUsers()} ${listed(checks)} ${listed(counts)} ${data}`);
  filled = 0;
  iterations = 0;
  if (checks.size > 0) checks = new Map();
  if (counts.size > 0) counts = new Map();
}

function listed(map) {
  return map.size === 0 ? '-' : Array.from(map, ([key, value]) => [key].concat(value).join(':')).join();
}

export function exception(error) {
  console.log(`X ${JSON.stringify(String((error && error.stack) || error))}`);
}

export function dropped(count) {
  console.log(`D ${count}`);
}

export function trends(figures) {
  console.log(`T ${figures.map((numbers) => encoding.b64encode(new Float64Array(numbers).buffer)).join(' ')}`);
}

export function ended(now) {
  console.log(`E ${now}`);
}

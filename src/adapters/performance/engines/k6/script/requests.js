// Request steps: rendered, sent, redirects followed, the answer judged, values extracted.

import encoding from 'k6/encoding';
import http from 'k6/http';

import { Unprovable } from './authorised.js';
import { CookieJar, splitSetCookie } from './cookies.js';
import { Answer, bodyWanted, compileExtract, compileJudge } from './judge.js';
import * as report from './report.js';
import { redirected } from './redirects.js';
import { compileText, textOf } from './texts.js';

http.setResponseCallback(null);

const REDIRECTS = [301, 302, 303, 307, 308];
const TIMEOUTS = [1050, 1211]; // k6: request timeout, dial timeout
const SET_COOKIE = 'Set-Cookie';
const STOPPED = 'context canceled';

// Imports and globals are looked up each time they are used; what every request uses is not.
const { BAD_STATUS, CUT_OFF, SUCCESS, TOO_MANY_REDIRECTS, judgedAs, judgedByStatus } = report;
const { count, countCheck, iterated, lastWas, message, nextFlush, row } = report;
const { request: httpRequest } = http;
const { now } = Date;
const { min } = Math;
const UNKNOWN = NaN;

// In ms since 1970: the time as of the last event, and when the load began and ends. No step starts after endsAt, and
// nothing goes on after cutAt; cutOff tells that a request did not end by then.
export const clock = { now: 0, startedAt: 0, endsAt: Infinity, cutAt: Infinity, cutOff: false };

// What a step says when it is done: the next may come, this iteration ends, its user stops, or the load is over.
export const [CONTINUE, END_ITERATION, STOP_USER, OVER] = [0, 1, 2, 3];
const ON_FAILURE = { continue: CONTINUE, end_iteration: END_ITERATION, stop_user: STOP_USER };

// What became of the user's steps: requests sent and failed, why the last of these failed, the status of the last
// answer, ms of think time, and how many pauses the end of the load cut short.
export const tally = { sent: 0, failures: 0, cause: null, status: 0, thoughtMs: 0, cutShort: 0 };

// The cookies of this user; null when they are off. k6's own jar is kept empty.
export const user = { jar: new CookieJar() };
let noCookies = new http.CookieJar();

// A function that does a request step for a session. Of ``how`` it is done, ``counts`` says that answers are only
// counted, ``aside`` that it is in no figure but those of its kind; ``guards`` are those of the auths (authorised.js).
export function compileRequest(step, { counts, aside, guards }) {
  const render = compileRendering(step);
  const guard = step.auth === null ? null : guards[step.auth];
  const send = compileSending(step, counts);
  const judging = step.checks.length > 0 || step.extract.length > 0;
  const onFailure = ON_FAILURE[step.on_failure];
  const concluded = (response) => {
    tally.sent += 1;
    if (response !== null) {
      tally.status = response.status;
      if (judging || response.status < 400) return CONTINUE;
      tally.cause = 'status';
    }
    tally.failures += 1;
    return onFailure;
  };
  if (render.same !== undefined && step.redirects === 0 && !judging && guard === null) {
    const once = () => concluded(send(render.same));
    if (onFailure !== CONTINUE || step.retry !== null) return once;
    return Object.assign(once, { repeat: compileRepeating(step, render.same, counts) });
  }
  const judgeAnswer = compileJudging(step, aside);
  const perform = (session) => {
    const transmit = guard === null ? send : (request) => proving(guard, request, send, session);
    const request = render(session);
    const response = step.redirects === 0 ? transmit(request) : follow(step, request, transmit);
    const follows = concluded(response);
    if (!judging || response === null || judgeAnswer(response, session)) return follows;
    tally.failures += 1;
    return onFailure;
  };
  return guard === null ? perform : guarded(step, guard, perform, onFailure);
}

// Does a request when there is what it needs; one that cannot be sent counts, and has no time.
function guarded(step, guard, perform, onFailure) {
  const unsent = () => {
    clock.now = now();
    row(step.number, clock.now, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, 0, judgedAs(guard.failure));
    tally.sent += 1;
    tally.failures += 1;
    tally.status = 0;
    tally.cause = 'no_answer';
    return onFailure;
  };
  return (session) => {
    try {
      const ready = guard.ready(session);
      if (ready === null) return OVER;
      return ready ? perform(session) : unsent();
    } catch (error) {
      if (!(error instanceof Unprovable)) throw error;
      return unsent();
    }
  };
}

function proving(guard, request, send, session) {
  return request.proves ? guard.send(request, send, session) : send(request);
}

// The request told of last was answered by a challenge, and is one of that number.
export function wasChallenge(number) {
  report.lastWasOf(number, SUCCESS);
}

// A function of the session that makes the request; one that is always the same is its property ``same``.
function compileRendering(step) {
  const url = compileText(step.url);
  const headers = step.headers.map(([name, text]) => [name, compileText(text)]);
  const cookie = step.cookie === null ? null : compileText(step.cookie);
  const body = compileBody(step.body);
  const responseType = bodyWanted(step);
  const render = (session) => {
    const target = textOf(url, session); // in this order everywhere: URL, headers, body
    const params = { timeout: 0, jar: noCookies };
    if (responseType !== 'none') params.responseType = responseType;
    return {
      method: step.method,
      url: target,
      headers: Object.fromEntries(headers.map(([name, text]) => [name, textOf(text, session)])),
      cookie: typeof cookie === 'function' ? cookie(session) : cookie,
      proves: true,
      body: typeof body === 'function' ? body(session) : body,
      params,
    };
  };
  const changes = [url, body, cookie, ...headers.map(([, text]) => text)].some((text) => typeof text === 'function');
  if (changes) return render;
  const same = render(null);
  return Object.assign(() => same, { same });
}

// A function that sends one request and tells of it; its result is null when there was no whole answer.
function compileSending(step, counts) {
  const { number } = step;
  const timeout = step.timeout_s * 1000;
  return (request) => {
    const left = clock.cutAt - clock.now;
    const cut = left < timeout;
    request.params.timeout = cut ? (left > 1 ? left : 1) : timeout;
    withCookies(request);
    let response;
    try {
      response = httpRequest(request.method, request.url, request.body, request.params);
    } catch (error) {
      rejected(number, error);
      return null;
    }
    const endedAt = now();
    clock.now = endedAt;
    const status = response.status;
    if (status === 0) {
      failed(number, endedAt, response, cut, counts);
      return null;
    }
    if (counts) count(endedAt, status);
    else measured(number, endedAt, status, response.timings);
    const cookies = response.headers[SET_COOKIE];
    if (cookies !== undefined) keep(request.url, cookies);
    return response;
  };
}

// The request with its headers, its own cookies and those of the user.
function withCookies(request) {
  const { params } = request;
  const cookie = user.jar === null ? request.cookie : user.jar.headerFor(request.url, request.cookie);
  params.headers = cookie === null ? request.headers : { ...request.headers, Cookie: cookie };
  params.jar = noCookies;
}

function keep(url, cookies) {
  noCookies = new http.CookieJar();
  if (user.jar !== null) for (const header of splitSetCookie(cookies)) user.jar.store(url, header);
}

// A function that sends the same request over and over, an iteration each, until it is time to look at anything else;
// false when that is now, for a request might be cut off.
function compileRepeating(step, request, counts) {
  const { number } = step;
  const { method, url, body, params } = request;
  const keeps = () => user.jar !== null && user.jar.cookies.size > 0;
  const timeout = step.timeout_s * 1000;
  return (until) => {
    const uncut = clock.cutAt - timeout;
    if (clock.now > uncut || keeps()) return false;
    const end = min(until, uncut, nextFlush());
    let endedAt;
    params.timeout = timeout;
    withCookies(request);
    let cookies;
    try {
      do {
        const response = httpRequest(method, url, body, params);
        endedAt = now();
        const status = response.status;
        if (status === 0) failed(number, endedAt, response, false, counts);
        else if (counts) count(endedAt, status);
        else measured(number, endedAt, status, response.timings);
        iterated(endedAt);
        cookies = status === 0 ? undefined : response.headers[SET_COOKIE];
      } while (endedAt < end && cookies === undefined);
      if (cookies !== undefined) keep(url, cookies);
      clock.now = endedAt;
    } catch (error) {
      rejected(number, error);
      iterated(clock.now);
    }
    return true;
  };
}

function measured(number, endedAt, status, timings) {
  const connecting = timings.connecting;
  const latency = timings.blocked + timings.duration;
  const connect = connecting > 0 ? connecting : UNKNOWN;
  const tls = connecting > 0 ? timings.tls_handshaking || UNKNOWN : UNKNOWN;
  row(number, endedAt, latency, latency - timings.receiving, connect, tls, status, judgedByStatus(status));
}

// There was no whole answer. Its time is one like those of k6's Trends where answers are only counted.
function failed(number, endedAt, response, cut, counts) {
  tally.status = 0;
  tally.cause = TIMEOUTS.includes(response.error_code) ? 'timeout' : 'no_answer';
  if (response.error === STOPPED) return; // k6 counts this iteration as interrupted
  const { blocked, connecting, duration, tls_handshaking: handshaking } = response.timings;
  const latency = counts ? duration : blocked + duration;
  clock.cutOff = cut && TIMEOUTS.includes(response.error_code);
  const outcome = clock.cutOff ? CUT_OFF : message(response.error_code, response.error);
  row(
    number,
    endedAt,
    latency || UNKNOWN,
    UNKNOWN,
    connecting || UNKNOWN,
    handshaking || UNKNOWN,
    0,
    outcome,
  );
}

// k6 did not take the request.
function rejected(number, error) {
  tally.status = 0;
  tally.cause = 'no_answer';
  clock.now = now();
  row(number, clock.now, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, 0, message(0, String(error.message || error)));
}

// Sends a request and those that its redirects ask for; the last answer, or null when there is none to judge.
function follow(step, first, send) {
  let request = first;
  for (let hops = step.redirects; ; hops -= 1) {
    const response = send(request);
    if (response === null) return null;
    const location = REDIRECTS.includes(response.status) && response.headers.Location;
    if (!location) return response;
    if (hops === 0) {
      lastWas(TOO_MANY_REDIRECTS);
      tally.status = response.status;
      tally.cause = 'redirects';
      return null;
    }
    request = redirected(request, response.status, location, step.private);
  }
}

// A function that says whether an answer is what it should be, and all that is to be taken from it is there.
function compileJudging(step, aside) {
  const judge = compileJudge(step);
  const extract = compileExtract(step);
  const counted = aside ? uncounted : countCheck;
  return (response, session) => {
    const answer = new Answer(response);
    let failure = judge(answer, session, counted);
    if (failure !== null) tally.cause = failure === 'status' ? 'status' : 'check';
    if (failure === null) {
      failure = extract(answer, session);
      if (failure !== null) tally.cause = 'extract';
    }
    const judged = failure === null ? SUCCESS : judgedAs(failure);
    lastWas(failure === 'status' ? BAD_STATUS : judged);
    return failure === null;
  };
}

// Checks of what is measured aside are in no figure.
function uncounted() {}

function compileBody(body) {
  if (body === null) return null;
  return 'base64' in body ? encoding.b64decode(body.base64) : compileText(body.text);
}

// Request steps: rendered, sent, redirects followed, the answer judged, values extracted.

import encoding from 'k6/encoding';
import http from 'k6/http';

import { Answer, bodyWanted, extract, judge } from './judge.js';
import * as report from './report.js';
import { redirected } from './redirects.js';
import { compileText, textOf } from './texts.js';

http.setResponseCallback(null);

const REDIRECTS = [301, 302, 303, 307, 308];
const TIMEOUTS = [1050, 1211]; // k6: request timeout, dial timeout

// In ms since 1970: the time as of the last event, and when the load began and ends. No step starts after endsAt, and
// nothing goes on after cutAt.
export const clock = { now: 0, startedAt: 0, endsAt: Infinity, cutAt: Infinity };

export class RequestStep {
  constructor(step, cookies) {
    this.step = step;
    this.number = step.number;
    this.method = step.method;
    this.url = compileText(step.url);
    this.headers = step.headers.map(([name, text]) => [name, compileText(text)]);
    this.body = compileBody(step.body);
    this.timeout = step.timeout_s * 1000;
    this.redirects = step.redirects;
    this.wanted = bodyWanted(step);
    this.judged = step.checks.length > 0 || step.extract.length > 0;
    this.keepsCookies = cookies !== 'off';
    this.ownJar = cookies !== 'user';
    this.static = this.isStatic() ? this.render(null) : null;
  }

  isStatic() {
    const texts = [this.url, this.body, ...this.headers.map(([, text]) => text)];
    return !this.ownJar && !texts.some((text) => typeof text === 'function');
  }

  run(session) {
    let request = this.static || this.render(session);
    let hops = this.redirects;
    for (;;) {
      if (!this.keepsCookies) request.params.jar = new http.CookieJar();
      const response = this.send(request);
      if (response === null) return;
      const location = this.redirects > 0 && REDIRECTS.includes(response.status) && response.headers.Location;
      if (!location) {
        this.judge(response, session);
        return;
      }
      if (hops === 0) {
        report.lastWas(report.TOO_MANY_REDIRECTS);
        return;
      }
      hops -= 1;
      request = redirected(request, response.status, location);
    }
  }

  render(session) {
    const params = { responseType: this.wanted, timeout: this.timeout };
    if (this.headers.length > 0) {
      params.headers = Object.fromEntries(this.headers.map(([name, text]) => [name, textOf(text, session)]));
    }
    if (this.ownJar && this.keepsCookies) params.jar = session.jar;
    const body = typeof this.body === 'function' ? this.body(session) : this.body;
    return { method: this.method, url: textOf(this.url, session), body, params };
  }

  // Sends one request and tells of it; null when there was no whole answer.
  send(request) {
    let { params } = request;
    const left = clock.cutAt - clock.now;
    const cut = left < this.timeout;
    if (cut) params = { ...params, timeout: Math.max(left, 1) };
    let response;
    try {
      response = http.request(request.method, request.url, request.body, params);
    } catch (error) {
      clock.now = Date.now();
      report.row(this.number, clock.now, NaN, NaN, NaN, 0, report.message(0, String(error.message || error)));
      return null;
    }
    clock.now = Date.now();
    const { status, timings } = response;
    const connecting = timings.connecting;
    const latency = timings.blocked + timings.duration;
    const connect = connecting > 0 ? connecting + timings.tls_handshaking : NaN;
    if (status > 0) {
      const outcome = status < 400 ? report.SUCCESS : report.BAD_STATUS;
      report.row(this.number, clock.now, latency, latency - timings.receiving, connect, status, outcome);
      return response;
    }
    const code = response.error_code;
    const outcome = cut && TIMEOUTS.includes(code) ? report.CUT_OFF : report.message(code, response.error);
    report.row(this.number, clock.now, latency > 0 ? latency : NaN, NaN, connect, 0, outcome);
    return null;
  }

  judge(response, session) {
    if (!this.judged) return;
    const { blocked, duration } = response.timings;
    const answer = new Answer(response, (blocked + duration) / 1000);
    let failure = judge(this.step, answer, report.countCheck);
    if (failure === null) failure = extract(this.step, answer, session);
    if (failure === 'status') report.lastWas(report.BAD_STATUS);
    else report.lastWas(failure === null ? report.SUCCESS : report.judgedAs(failure));
  }
}

function compileBody(body) {
  if (body === null) return null;
  return 'base64' in body ? encoding.b64decode(body.base64) : compileText(body.text);
}

// What is done once: a plan's setup before its load, and its teardown after it, each by a user of k6's own.

import http from 'k6/http';

import * as report from './report.js';
import { compileSteps, inOrder } from './flow.js';
import { CONTINUE, OVER, clock } from './requests.js';
import { dumps } from './values.js';

// Does these steps, if there are any, within so many ms; whether they came to their end.
export function doOnce(part, steps, how, session, longestMs) {
  if (steps.length === 0) return true;
  session.user = 0;
  session.iteration = 0;
  session.jar = new http.CookieJar();
  clock.now = Date.now();
  clock.endsAt = clock.now + longestMs;
  clock.cutAt = clock.endsAt;
  report.aside(part);
  const follows = inOrder(compileSteps(steps, { ...how, aside: true }))(session);
  const late = follows === OVER || clock.cutOff;
  if (late || follows !== CONTINUE) report.notDone(part, late);
  report.flush(clock.now);
  return !late && follows === CONTINUE;
}

// The variables of a session as k6 can hand them to its users, and back again.
export function packed(variables) {
  return dumps(new Map(variables));
}

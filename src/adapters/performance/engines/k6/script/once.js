// What is done once: a plan's setup before its load, and its teardown after it, each by a user of k6's own.

import * as report from './report.js';
import { compileSteps, inOrder } from './flow.js';
import { CONTINUE, OVER, clock, user } from './requests.js';
import { seeded } from './random.js';
import { dumps } from './values.js';

// Does the steps of a part of the job, if there are any; whether they came to their end.
export function doOnce(part, job, how, session) {
  const steps = job[part];
  if (steps.length === 0) return true;
  session.user = 0;
  session.chance = seeded(job.seed, job.draws_as[part]);
  session.iteration = 0;
  if (user.jar !== null) user.jar.clear();
  clock.now = Date.now();
  clock.endsAt = clock.now + job.setup_timeout_ms;
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

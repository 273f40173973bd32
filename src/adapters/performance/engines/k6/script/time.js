// The user's time: pauses, the end of the load, and when to look for a stop.

import { sleep } from 'k6';
import exec from 'k6/execution';

import * as report from './report.js';
import { clock as times } from './requests.js';

const SLICE_MS = 200; // how long a pause goes on before it looks for a stop

const clock = times; // imports are looked up each time they are used
const { flush, flushWhenDue } = report;
const { min } = Math;
const stop = { asked: () => false, possible: false };

// A function that says whether the run was stopped, and whether that may come at any time.
export function stopWhen(asked, possible) {
  stop.asked = asked;
  stop.possible = possible;
}

// Whether the load goes on, as of clock.now.
export function running() {
  if (stop.asked()) clock.endsAt = min(clock.endsAt, clock.now);
  return clock.now < clock.endsAt;
}

// Tells what was measured, and looks for a stop, if it is time to.
export function flushAndLook() {
  if (flushWhenDue(clock.now)) running();
}

// Does what is no part of the load and measured aside; it has as long as requests in flight have.
export function untilCut(part, does) {
  const { endsAt } = clock;
  const { asked } = stop;
  clock.now = Date.now();
  clock.endsAt = clock.cutAt;
  stop.asked = () => false;
  report.aside(part);
  does();
  report.aside(null);
  stop.asked = asked;
  clock.endsAt = endsAt;
}

// Think time in seconds, cut short when the load ends.
export function pause(seconds) {
  flush(clock.now);
  clock.now = Date.now();
  pauseUntil(clock.now + seconds * 1000);
}

export function pauseUntil(time) {
  while (running() && clock.now < time) {
    const left = min(time, clock.endsAt) - clock.now;
    sleep(min(left, stop.possible ? SLICE_MS : left) / 1000);
    clock.now = Date.now();
  }
}

// Milliseconds since the test began, with parts of one.
export function preciseNow() {
  return exec.instance.currentTestRunDuration;
}

// Tokens and logins: what a user holds of them, until when it is good, and how it is had anew; see runtime/tokens.py.

import { compileText, textOf } from './texts.js';
import { Num } from './values.js';

const FIRST_DELAY_S = 1;
const LONGEST_DELAY_S = 30;

// What a user holds of one auth. ``compileStep`` makes a function of the session of a request of the auth's own;
// ``wait`` waits until a moment in ms, and says whether the load goes on; moments are in ms since 1970.
export class Login {
  constructor(entry, compileStep, wait) {
    this.entry = entry;
    this.steps = { fetch: entry.fetch.map(compileStep), refresh: (entry.refresh || []).map(compileStep) };
    this.firstRefresh = entry.refresh_token === null ? null : compileText(entry.refresh_token);
    this.wait = wait;
    this.had = false;
    this.expiresAt = Infinity;
    this.iteration = -1;
    this.refresh = null;
    this.distrusted = false;
    this.delayS = FIRST_DELAY_S;
    this.notBefore = 0;
  }

  // Has a proof, asking for one if need be: true, false if there is none, null if the load ended meanwhile.
  ready(session) {
    if (this.good(session)) return true;
    if (this.notBefore > 0 && !this.wait(this.notBefore)) return null;
    for (const way of this.ways(session)) {
      const askedAt = Date.now();
      this.go(way, session);
      if (this.take(session, askedAt)) return true;
      if (way === 'refresh' && this.entry.fetch.length > 0) this.refresh = null;
    }
    this.had = false;
    this.notBefore = Date.now() + this.delayS * 1000;
    this.delayS = Math.min(2 * this.delayS, LONGEST_DELAY_S);
    return false;
  }

  good(session) {
    if (!this.had || Date.now() >= this.expiresAt) return false;
    return !this.entry.per_iteration || this.iteration === session.iteration;
  }

  ways(session) {
    const { entry } = this;
    if (this.refresh === null && entry.fetch.length === 0) this.refresh = textOf(this.firstRefresh, session);
    const ways = this.refresh !== null && this.steps.refresh.length > 0 ? ['refresh'] : [];
    return entry.fetch.length > 0 ? [...ways, 'fetch'] : ways;
  }

  go(way, session) {
    for (const step of this.steps[way]) {
      session.variables.delete(this.entry.done);
      if (this.refresh !== null) session.variables.set(this.entry.refresh_variable, this.refresh);
      step(session);
      if (!session.variables.has(this.entry.done)) return;
    }
  }

  take(session, askedAt) {
    const { entry } = this;
    const { variables } = session;
    if (!variables.has(entry.done)) return false;
    const usable = (name) => typeof variables.get(name) === 'string' && variables.get(name) !== '';
    if (!entry.lends.every(usable)) return false;
    this.had = true;
    this.iteration = session.iteration;
    this.expiresAt = askedAt + 1000 * lifeS(variables.get(entry.expires_variable), entry.margin_s);
    if (usable(entry.refresh_variable)) this.refresh = variables.get(entry.refresh_variable);
    this.delayS = FIRST_DELAY_S;
    this.notBefore = 0;
    return true;
  }

  // A request with the proof had such an answer: 401 throws it away, but not two in a row.
  answered(status) {
    if (status !== 401) {
      this.distrusted = false;
    } else if (!this.distrusted) {
      this.distrusted = true;
      this.had = false;
    }
  }
}

function lifeS(told, marginS) {
  const number = told instanceof Num ? told.value : told;
  const numeric = typeof number === 'number' || (typeof number === 'string' && number.trim() !== '');
  const lastsS = numeric ? Number(number) : NaN;
  if (!(lastsS >= 0 && lastsS < Infinity)) return Infinity;
  return Math.max(lastsS - marginS, lastsS / 2);
}

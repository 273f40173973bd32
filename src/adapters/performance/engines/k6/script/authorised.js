// What an auth of a plan does for the requests that need it: a login before, a proof in each, challenges answered.

import { compileDigest } from './digest.js';
import { Login } from './logins.js';
import { compileHmac, compileSigV4 } from './signing.js';

const SIGNERS = { sigv4: compileSigV4, hmac: compileHmac };

export class Unprovable extends Error {}

// ``failure`` is the number of the failure of requests that could not be sent; ``ready`` says whether one can be, null
// when the load is over; ``send`` sends one by a function, with what proves who sends it.
export function compileGuard(entry, compileStep, wait, challenge) {
  const { failure } = entry;
  if (entry.kind === 'token') {
    const login = new Login(entry, compileStep, wait);
    return { failure, ready: (session) => login.ready(session), send: (request, send) => loggedIn(login, request, send) };
  }
  const ready = () => true;
  if (entry.kind === 'digest') {
    const digest = compileDigest(entry);
    return { failure, ready, send: (request, send, session) => answering(digest, request, send, session, challenge) };
  }
  const sign = SIGNERS[entry.kind](entry);
  return { failure, ready, send: (request, send, session) => send(proved(request, sign, session)) };
}

function loggedIn(login, request, send) {
  const response = send(request);
  if (response !== null) login.answered(response.status);
  return response;
}

function answering(digest, request, send, session, challenge) {
  const response = send(proved(request, digest.headers, session));
  if (response === null || response.status !== 401 || !digest.challenged(request, response.headers)) return response;
  challenge();
  return send(proved(request, digest.headers, session));
}

function proved(request, headersOf, session) {
  let added;
  try {
    added = headersOf(session, request);
  } catch (error) {
    throw new Unprovable(String(error));
  }
  const names = Object.keys(added).map((name) => name.toLowerCase());
  const kept = Object.entries(request.headers).filter(([name]) => !names.includes(name.toLowerCase()));
  return { ...request, headers: { ...Object.fromEntries(kept), ...added }, params: { ...request.params } };
}

// The request that a redirect asks for (RFC 9110), its URL resolved by RFC 3986.

const SAME_METHOD = [307, 308];
const FOR_THE_BODY = ['content-type', 'content-length', 'transfer-encoding'];

// A GET without a body unless the status keeps the method; ``priv`` headers, in lower case, go to no other host.
export function redirected(request, status, location, priv) {
  const url = resolve(request.url, location);
  const keeps = SAME_METHOD.includes(status) || request.method === 'GET' || request.method === 'HEAD';
  const sameHost = authority(url) === authority(request.url);
  const dropped = sameHost ? [] : priv;
  const names = Object.keys(request.headers);
  const kept = names.filter((name) => ![...dropped, ...(keeps ? [] : FOR_THE_BODY)].includes(name.toLowerCase()));
  const headers = Object.fromEntries(kept.map((name) => [name, request.headers[name]]));
  return {
    method: keeps ? request.method : 'GET',
    url,
    headers,
    cookie: sameHost ? request.cookie : null,
    proves: request.proves && sameHost,
    body: keeps ? request.body : null,
    params: { ...request.params },
  };
}

// The parts of a URL; ``query`` begins with its question mark, and the fragment is left out.
export function split(url) {
  const [, scheme, host, path, query] = /^(?:([A-Za-z][A-Za-z0-9+.-]*):)?(?:\/\/([^/?#]*))?([^?#]*)(\?[^#]*)?/.exec(url);
  return { scheme, host, path, query: query || '' };
}

function authority(url) {
  return split(url).host;
}

function resolve(base, reference) {
  const [from, to] = [split(base), split(reference)];
  if (to.scheme !== undefined) return reference.split('#')[0];
  const host = to.host === undefined ? from.host : to.host;
  let { path, query } = to;
  if (to.host === undefined) {
    if (path === '') {
      path = from.path;
      query = query || from.query;
    } else if (!path.startsWith('/')) {
      path = from.path.slice(0, from.path.lastIndexOf('/') + 1) + path;
    }
  }
  return `${from.scheme}://${host}${withoutDots(path || '/')}${query}`;
}

function withoutDots(path) {
  const kept = [];
  const segments = path.split('/').slice(1);
  segments.forEach((segment, index) => {
    const last = index === segments.length - 1;
    if (segment === '..') kept.pop();
    if (segment !== '.' && segment !== '..') kept.push(segment);
    else if (last) kept.push('');
  });
  return `/${kept.join('/')}`;
}

// The token that requests are sent with. It lives in this page's memory alone: nothing stores it, and
// a reload forgets it.

let token = '';

/** Sends requests with the token, if there is one, in the place of what the headers' editor says. */
export const withToken = (fetcher) => (request, options) => {
  if (token === '') {
    return fetcher(request, options);
  }
  const others = Object.entries(options?.headers ?? {}).filter(
    ([name]) => name.toLowerCase() !== 'authorization',
  );
  const headers = { ...Object.fromEntries(others), Authorization: `Bearer ${token}` };
  return fetcher(request, { ...options, headers });
};

/** Where one puts it. No form is around it, so that no browser offers to keep it. */
export function TokenField() {
  return (
    <label className="registry-token">
      Token
      <input
        type="password"
        placeholder="none: public data"
        autoComplete="off"
        spellCheck={false}
        onChange={({ target }) => {
          token = target.value.trim().replace(/^bearer\s+/i, '');
        }}
      />
    </label>
  );
}

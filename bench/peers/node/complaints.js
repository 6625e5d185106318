/** Shows what the client of a system complains about in the background: each text once, since it tries again and tells each time. */
export function complaintsOf(system) {
  const said = new Set();
  return message => {
    if (!said.has(message)) {
      said.add(message);
      console.error(`${system}: ${message}`);
    }
  };
}

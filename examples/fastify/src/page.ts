/** Opens the stream, and shows each event above the older ones. */
export const page = `<!doctype html>
<meta charset="utf-8">
<title>Longwave and Fastify</title>
<pre id="log"></pre>
<script>
  new EventSource("/prices").addEventListener("tick", ({ data, lastEventId }) => {
    document.querySelector("#log").prepend(lastEventId, " ", data, "\\n");
  });
</script>`;

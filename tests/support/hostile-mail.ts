/** A message of somebody who wishes ill: it tries to run, to load, to lead away, and to look like what it is not. */
export function hostileMail(elsewhere: string): string {
  const html = `<!doctype html><html><head><base href="${elsewhere}/"><meta http-equiv="refresh" content="0;url=${elsewhere}/refresh">
<link rel="stylesheet" href="${elsewhere}/style.css"><link rel="preconnect" href="${elsewhere}"><link rel="dns-prefetch" href="${elsewhere}">
<link rel="prefetch" href="${elsewhere}/prefetch"><style>@import "${elsewhere}/import.css"; body { background: url(${elsewhere}/ground.png) }</style></head>
<body onload="top.harmed = 'onload'"><h1>Not what it seems</h1><script>top.harmed = "script"; document.title = "harmed"</script>
<img src="${elsewhere}/pixel.png" onerror="top.harmed = 'onerror'"><img src="x" onerror="alert(1)"><svg onload="top.harmed = 'svg'"></svg>
<img src="cid:dot@example.org" alt="a dot" id="dot"><iframe src="${elsewhere}/frame"></iframe><object data="${elsewhere}/object"></object>
<video src="${elsewhere}/film.mp4" autoplay></video><form action="${elsewhere}/form"><button>Press</button></form>
<a href="${elsewhere}/link" target="_top">A link</a> <a href="javascript:top.harmed='link'">Another</a></body></html>`;
  const dot =
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
  return [
    "From: =?utf-8?Q?=3Cscript=3Etop=2Eharmed=3D=22from=22=3C/script=3E?= <bad@example.org>",
    'To: "</td><script>top.harmed=1</script>" <reader@example.org>',
    "Subject: =?utf-8?Q?=3Cimg_src=3Dx_onerror=3Dtop=2Eharmed=3D1=3E_=E2=80=AEgpj=2E?=",
    "\tand =?utf-8?B?4oCu?= more",
    "Message-ID: <hostile@example.org>",
    "X-Odd: \u0007bell \u001b[31mred",
    `X-Long: ${"a".repeat(5000)}`,
    "MIME-Version: 1.0",
    'Content-Type: multipart/related; boundary="b"',
    "",
    "--b",
    "Content-Type: text/html; charset=utf-8",
    "",
    html,
    "--b",
    'Content-Type: image/png; name="../../../etc/passwd"',
    'Content-Disposition: attachment; filename="../../evil.html\\r\\nX-Header: 1"',
    "Content-ID: <dot@example.org>",
    "Content-Transfer-Encoding: base64",
    "",
    dot,
    "--b--",
    "",
  ].join("\r\n");
}

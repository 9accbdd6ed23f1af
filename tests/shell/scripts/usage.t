# SPDX-License-Identifier: GPL-2.0-or-later
== case an unknown verb
== root ready
== args lisu
== stderr
klpsh: there is no verb "lisu"
  did you mean list?
== rc 2
== case an unknown verb, asked for JSON
== root ready
== args lisu --json
== stdout
{"v":1,"cmd":["lisu","--json"],"rc":2,"status":"usage","changed":false,"data":null,"error":{"code":"usage","errno":"EINVAL","text":"there is no verb \"lisu\"","hint":"did you mean list?"},"audit":null}
== stderr
klpsh: there is no verb "lisu"
  did you mean list?
== rc 2
== case nothing like it
== root ready
== args frobnicate
== stderr
klpsh: there is no verb "frobnicate"
  klpsh help lists the verbs
== rc 2
== case an unknown flag
== root ready
== args list --jsom
== stderr
klpsh: list: there is no flag --jsom here
  did you mean --json?
== rc 2
== case a flag of another verb
== root ready
== args list --follow
== stderr
klpsh: list: there is no flag --follow here
  --help tells which there are
== rc 2
== case a one-letter flag
== root ready
== args list -x
== stderr
klpsh: list: there is no flag -x
  flags are whole words, such as --json; -- ends them
== rc 2
== case one word too many
== root ready
== args list a
== stderr
klpsh: list: "a" is one word too many
  usage: klpsh list
== rc 2
== case json and plain
== root ready
== args list --json --plain
== stdout
{"v":1,"cmd":["list","--json","--plain"],"rc":2,"status":"usage","changed":false,"data":null,"error":{"code":"usage","errno":"EINVAL","text":"--json and --plain exclude each other","hint":""},"audit":null}
== stderr
klpsh: list: --json and --plain exclude each other
== rc 2
== case a value where none belongs
== root ready
== args list --json=yes
== stderr
klpsh: list: --json takes no value
== rc 2
== case a value is missing
== root ready
== args list --reason
== stderr
klpsh: list: --reason needs a value: --reason=TEXT
== rc 2
== case two dashes end flags
== root ready
== args show -- --json
== stderr
klpsh: show: there is no livepatch "--json"
  klpsh list shows those that are loaded
== rc 5
== case words of the shell are not one-shot
== root ready
== args set
== stderr
klpsh: set: set is a word of the shell and of scripts
  klpsh shell opens the shell, klpsh -f FILE runs a script
== rc 2
== case version among the words
== root ready
== args list --version
== stderr
klpsh: list: --version stands alone: klpsh --version
== rc 2
== case a root that is not there
== args --root /nonexistent list
== stderr
klpsh: list: cannot open the root folder /nonexistent: No such file or directory
  --root takes a folder that holds captured sys/ and proc/ trees
== rc 5
== case help of an unknown verb
== root ready
== args help lisu
== stderr
klpsh: help: there is no verb "lisu"
  did you mean list?
== rc 2
== case no words and no terminal
== args </dev/null
== case an unknown flag in front, asked for JSON
== args --blah --json status
== stdout
{"v":1,"cmd":["--blah","--json","status"],"rc":2,"status":"usage","changed":false,"data":null,"error":{"code":"usage","errno":"EINVAL","text":"there is no flag --blah here","hint":"--help tells which there are"},"audit":null}
== stderr
klpsh: there is no flag --blah here
  --help tells which there are
== rc 2
== case a script that is not there, asked for JSON
== args --json -f /nonexistent
== stdout
{"v":1,"cmd":["--json","-f","/nonexistent"],"rc":5,"status":"not-found","changed":false,"data":null,"error":{"code":"not-found","errno":"ENOENT","text":"cannot open /nonexistent: No such file or directory","hint":""},"audit":null}
== stderr
klpsh: cannot open /nonexistent: No such file or directory
== rc 5
== case words behind a script, asked for JSON
== args -c list status --json
== stdout
{"v":1,"cmd":["-c","list","status","--json"],"rc":2,"status":"usage","changed":false,"data":null,"error":{"code":"usage","errno":"EINVAL","text":"-f FILE and -c WORDS stand alone, without a verb","hint":"klpsh --help explains"},"audit":null}
== stderr
klpsh: -f FILE and -c WORDS stand alone, without a verb
  klpsh --help explains
== rc 2
== case stdin is closed
== root ready
== args <&-
== stderr
klpsh: cannot read -: Bad file descriptor
== rc 1
== case stdout is closed
== root ready
== args status >&-
== stderr
klpsh: cannot write the output: Bad file descriptor
== rc 1
== case the device is full
== root ready
== args list >/dev/full
== stderr
klpsh: cannot write the output: No space left on device
== rc 1

// The answer box: on the pages that have a place for it, and in a dialog behind the button in every header.
// What is pasted is matched in the browser, by matcher.js; nothing leaves it.
{
  const ROOT = new URL("..", document.currentScript.src)
  const LONGEST_EXCERPT = 160
  const SURE = {
    error: "this error text",
    stack: "a stack like this was proved with {proved_with}; one dump shows one moment, make a second",
    words: "only words",
  }

  const LONGEST = 500000 // characters of each end of a text that are read; the same as in matcher.js
  const SHOWN = 100000 // characters that a text area still shows at once

  const OFFLINE = location.protocol === "file:"
  const address = (path) => new URL(OFFLINE ? path.replace(/(?<=^|\/)(?=#|$)/, "index.html") : path, ROOT).href

  // One matcher for all boxes, loaded when it is used first; in a worker, so that a large text does not stop the page.
  const inWorker = async () => {
    const response = await fetch(address("causes.json"))
    if (!response.ok) throw new Error(`causes.json: ${response.status}`)
    const data = await response.json()
    const worker = new Worker(address("assets/matcher.js"))
    const waiting = new Map()
    let last = 0
    worker.onmessage = ({ data: { id, answers, sections } }) => {
      waiting.get(id).resolve({ answers, sections })
      waiting.delete(id)
    }
    worker.onerror = (error) => {
      matcher = undefined
      waiting.forEach(({ reject }) => reject(error))
    }
    worker.postMessage(data)
    return (text) =>
      new Promise((resolve, reject) => {
        waiting.set(++last, { resolve, reject })
        worker.postMessage({ id: last, text })
      })
  }

  // A page that was opened as a file may neither fetch nor start a worker; it may load scripts.
  const inPage = async () => {
    await script("assets/matcher.js")
    await script("assets/causes.js")
    const matcher = new UnstuckMatcher(unstuckCauses)
    return (text) => ({ answers: matcher.answer(text), sections: matcher.sections(text) })
  }

  const script = (path) =>
    new Promise((resolve, reject) => {
      document.head.append(element("script", { src: address(path), onload: resolve, onerror: reject }))
    })

  let matcher
  const load = () => {
    matcher ??= OFFLINE ? inPage() : inWorker()
    matcher.catch(() => (matcher = undefined)) // The next question tries again.
    return matcher
  }
  const ask = async (text) => (await load())(text)

  const element = (name, attributes = {}, ...children) => {
    const made = Object.assign(document.createElement(name), attributes)
    made.append(...children)
    return made
  }

  const excerpt = (matched, sure) => {
    const line = element("code")
    const text = matched.text.slice(0, LONGEST_EXCERPT)
    if (sure === "words") line.append(...marked(text, matched.matches.split(" ").filter(Boolean)))
    else line.append(element("mark", {}, text))
    return element("p", { className: "unstuck-line" }, `Line ${matched.line}: `, line)
  }

  /** Split a text so that each word that has one of the stems is marked. */
  const marked = (text, stems) =>
    text.split(/([A-Za-z_][A-Za-z0-9_]*)/).map((part) => {
      const word = part.toLowerCase()
      return part && stems.some((stem) => word.startsWith(stem)) ? element("mark", {}, part) : part
    })

  /** Split a sentence so that what stands between backticks is code. */
  const code = (sentence) => sentence.split("`").map((part, n) => (n % 2 ? element("code", {}, part) : part))

  const found = ({ answers, sections }, text) => {
    const parts = []
    if (answers.length) {
      const items = answers.map((answer) =>
        element(
          "li",
          {},
          element("a", { href: address(`causes/${answer.slug}/`) }, answer.title),
          element("span", { className: "unstuck-sure" }, SURE[answer.how_sure].replace("{proved_with}", answer.proved_with)),
          element("p", { className: "unstuck-fix" }, ...code(answer.fix)),
          ...(answer.apart ? [element("p", { className: "unstuck-apart" }, "Rather this: ", ...code(answer.apart))] : []),
          ...answer.matched.map((matched) => excerpt(matched, answer.how_sure)),
        ),
      )
      parts.push(element("ol", {}, ...items))
    } else {
      parts.push(nothing(text))
    }
    if (sections.length && (!answers.length || answers[0].how_sure === "words")) {
      const links = sections.map((section) => {
        const name = section.heading === section.title ? section.title : `${section.title}: ${section.heading}`
        return element("li", {}, element("a", { href: address(section.page) }, name))
      })
      parts.push(element("h3", {}, "On other pages"), element("ul", {}, ...links))
    }
    return parts
  }

  const nothing = (text) => {
    const dump = element("a", { href: address("debug/dump-the-stacks/") }, "dump the stacks")
    const says = element("p", {}, "Nothing here is known to be a cause. While it is stuck, ", dump, " and paste them here.")
    const repository = document.querySelector("a.md-source")?.href
    if (repository) {
      const report = new URL(`${repository.replace(/\/$/, "")}/issues/new`)
      report.searchParams.set("title", "My error is not here")
      report.searchParams.set("body", `\`\`\`text\n${text.slice(0, 4000)}\n\`\`\`\n`)
      says.append(" Or ", element("a", { href: report.href }, "report it"), ".")
    }
    return says
  }

  const failed = () => {
    const index = element("a", { href: address("errors/") }, "index of errors")
    return element("p", {}, "The data for an answer could not be loaded. Try again, reload the page, or look in the ", index, ".")
  }

  const ends = (text) => (text.length > 2 * LONGEST ? `${text.slice(0, LONGEST)}\n${text.slice(-LONGEST)}` : text)

  /** Read a file, of a large one only the two ends. */
  const read = async (file) => {
    const [first, second] = new Uint8Array(await file.slice(0, 2).arrayBuffer())
    const decoder = new TextDecoder(first === 0xff && second === 0xfe ? "utf-16le" : "utf-8")
    const parts = file.size > 2 * LONGEST ? [file.slice(0, LONGEST), file.slice(-LONGEST)] : [file]
    const texts = parts.map(async (part) => decoder.decode(await part.arrayBuffer()))
    return (await Promise.all(texts)).join("\n")
  }

  const fill = (place, query = "") => {
    const id = `unstuck-${place.id || "answer"}`
    const input = element("textarea", { id, rows: 4, spellcheck: false, autocomplete: "off", value: query })
    const status = element("p", { className: "unstuck-count", role: "status" })
    const results = element("div", { className: "unstuck-results" })
    let asked = 0
    const answer = async (text, of = "") => {
      const number = ++asked
      input.placeholder = of ? `${of}, too long to show` : "Paste an error, a traceback, a stack dump, a log. Or say what you see."
      let [says, parts] = ["", []]
      if (text.trim()) {
        try {
          const answers = await ask(ends(text))
          const n = answers.answers.length
          says = n ? `${n} ${n === 1 ? "cause" : "causes"}, best first` : "No cause"
          parts = found(answers, text)
        } catch {
          says = "No answer"
          parts = [failed()]
        }
      }
      if (number !== asked) return
      status.textContent = says && of ? `${of}: ${says}` : says
      results.replaceChildren(...parts)
    }
    // The text area would take seconds to lay out a large text; it stays empty, and its placeholder names the text.
    const take = (text, name) => {
      const large = text.length > SHOWN
      input.value = large ? "" : text
      answer(text, large ? name : "")
    }
    input.addEventListener("focus", load) // While the text is still being pasted or typed.
    input.addEventListener("input", () => {
      if (location.hash.startsWith("#q=")) history.replaceState(null, "", "#")
      answer(input.value)
    })
    input.addEventListener("paste", (event) => {
      const text = event.clipboardData.getData("text")
      if (text.length <= SHOWN) return
      event.preventDefault()
      take(text, `A text of ${text.length.toLocaleString("en")} characters`)
    })
    input.addEventListener("dragover", (event) => event.preventDefault())
    input.addEventListener("drop", async (event) => {
      const [file] = event.dataTransfer.files
      if (!file) return
      event.preventDefault()
      take(await read(file), file.name)
    })
    const label = element("label", { htmlFor: id }, "What do you see? It stays in your browser.")
    place.replaceChildren(label, input, status, results)
    answer(query)
    return input
  }

  const dialog = () => {
    const made = element("dialog", { className: "unstuck-dialog md-typeset", ariaLabel: "Find the cause" })
    const place = element("div", { id: "dialog", className: "unstuck-box" })
    const close = element("button", { type: "button", className: "md-button", onclick: () => made.close() }, "Close")
    made.append(place, close)
    document.body.append(made)
    made.input = fill(place)
    return made
  }

  let opened
  const open = () => {
    opened ??= dialog()
    if (!opened.open) opened.showModal()
    opened.input.focus()
  }

  const button = () => {
    const made = element("button", { type: "button", className: "unstuck-open", onclick: open }, "Find the cause ")
    made.append(element("kbd", {}, "/"))
    document.querySelector(".md-header__inner").append(made)
  }

  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input, textarea, select, [contenteditable]")
    const shortcut = !typing && ["/", "s", "f"].includes(event.key) && !(event.ctrlKey || event.metaKey || event.altKey)
    if (shortcut || ((event.ctrlKey || event.metaKey) && event.key === "k")) {
      event.preventDefault()
      event.stopImmediatePropagation()
      open()
    }
  }, true)

  document.addEventListener("DOMContentLoaded", () => {
    button()
    // What stands behind `#` is not sent to the server; behind `?` it is, so it does not stay there.
    const given = new URLSearchParams(location.search).get("q")
    if (given !== null) history.replaceState(null, "", `${location.pathname}#${new URLSearchParams({ q: given })}`)
    const query = new URLSearchParams(location.hash.slice(1)).get("q") ?? ""
    document.querySelectorAll("[data-answer-box]").forEach((place) => fill(place, query))
  })
}

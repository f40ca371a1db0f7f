internal import Mustache

/// The page's templates. They are part of the binary, so that a report needs no file beside it.
enum Templates {
  static func render(_ page: ReportPage) -> String {
    guard let html = library.render(PageView(page), withTemplate: "page") else {
      preconditionFailure("the page's template is not in the library")
    }
    return html
  }

  private static let library: MustacheLibrary = {
    var library = MustacheLibrary()
    for (name, text) in [("page", page), ("block", block), ("chart", chart), ("table", table)] {
      do {
        try library.register(text, named: name)
      } catch {
        preconditionFailure("template \(name): \(error)")
      }
    }
    return library
  }()

  private static let page = """
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
    <link rel="icon" href="data:,">
    <title>{{title}}</title>
    <style>
    {{{style}}}
    </style>
    </head>
    <body>
    <main>
    <header>
    <h1>{{title}}</h1>
    {{#subtitle}}<p class="subtitle">{{subtitle}}</p>{{/subtitle}}
    </header>
    <nav aria-label="Sections"><ul>{{#sections}}<li><a href="#{{anchor}}">{{heading}}</a></li>{{/sections}}</ul></nav>
    {{#sections}}
    <section id="{{anchor}}" aria-labelledby="{{anchor}}-title">
    <h2 id="{{anchor}}-title">{{heading}}</h2>
    {{#blocks}}
    {{> block}}
    {{/blocks}}
    </section>
    {{/sections}}
    {{#footer}}<footer>{{footer}}</footer>{{/footer}}
    </main>
    </body>
    </html>

    """

  private static let block = """
    {{#paragraph}}<p>{{.}}</p>{{/paragraph}}
    {{#note}}<p class="note {{tone}}">{{text}}</p>{{/note}}
    {{#facts}}<dl>{{#entries}}<dt>{{name}}</dt><dd>{{value}}</dd>{{/entries}}</dl>{{/facts}}
    {{#table}}{{> table}}{{/table}}
    {{#charts}}<div class="charts">{{#entries}}{{> chart}}{{/entries}}</div>{{/charts}}

    """

  private static let chart = """
    <figure>
    <figcaption><h3>{{title}}</h3><p>{{description}}</p></figcaption>
    {{#legend}}<ul class="legend">{{#keys}}<li><svg viewBox="0 0 24 10" aria-hidden="true">\
    <line class="line {{style}}" x1="0" y1="5" x2="24" y2="5"/></svg>{{name}}</li>{{/keys}}</ul>{{/legend}}
    <svg viewBox="0 0 {{width}} {{height}}" role="img" aria-labelledby="{{id}}-t {{id}}-d">\
    <title id="{{id}}-t">{{title}}</title><desc id="{{id}}-d">{{description}}</desc>{{{elements}}}</svg>
    <details><summary>The numbers</summary>{{#numbers}}{{> table}}{{/numbers}}</details>
    </figure>

    """

  private static let table = """
    <div class="scroll" tabindex="0" role="region" aria-label="{{caption}}"><table><caption>{{caption}}</caption>
    <thead><tr>{{#header}}<th scope="col">{{.}}</th>{{/header}}</tr></thead>
    <tbody>{{#rows}}<tr class="{{tone}}"><th scope="row">{{first}}</th>{{#cells}}<td>{{.}}</td>{{/cells}}</tr>
    {{/rows}}</tbody></table></div>

    """
}

//! Markdown of templates and parameters as views: read by pulldown-cmark, which everybody's Markdown is read by, and
//! turned into elements one by one, never into HTML text. HTML within it is left out but for its words. Imports
//! `paths`.

use crate::paths::outside;
use leptos::prelude::*;
use pulldown_cmark::{Alignment, CodeBlockKind, Event, HeadingLevel, Options, Parser, Tag, TagEnd};

/// Things within things, at most; what is deeper is shown flat.
const DEEPEST: usize = 24;

/// A text. Its headings begin at the third level: it stands within a section of a page.
#[component]
pub(crate) fn Markdown(
    /// The text.
    text: String,
) -> impl IntoView {
    view! { <div class="md">{markdown(&text)}</div> }
}

fn markdown(text: &str) -> Vec<AnyView> {
    let events =
        Parser::new_ext(text, Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS);
    let mut writer = Writer { events, hidden: None };
    writer.children(None, 0)
}

/// The words of a text alone, in one line.
pub(crate) fn plain(text: &str) -> String {
    let mut out = String::new();
    let mut hidden = None;
    for event in Parser::new_ext(text, Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH) {
        match event {
            Event::Text(words) | Event::Code(words) if hidden.is_none() => out.push_str(&words),
            Event::Html(html) | Event::InlineHtml(html) => out.push_str(&words_of_html(&html, &mut hidden)),
            Event::End(TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough | TagEnd::Link) => {}
            Event::SoftBreak | Event::HardBreak | Event::End(_) => out.push(' '),
            _ => {}
        }
    }
    out.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The words of a piece of HTML: without its tags, and without what stands in a script or a style. `hidden` is the
/// element within which nothing is shown, which may begin in one piece and end in another.
fn words_of_html(html: &str, hidden: &mut Option<&'static str>) -> String {
    let mut out = String::new();
    let mut rest = html;
    while let Some(start) = rest.find('<') {
        let (before, tag) = rest.split_at(start);
        if hidden.is_none() {
            out.push_str(before);
        }
        if let Some(comment) = tag.strip_prefix("<!--") {
            rest = comment.split_once("-->").map_or("", |(_, after)| after);
            continue;
        }
        let Some(end) = tag.find('>') else {
            rest = "";
            break;
        };
        let (inside, after) = tag.split_at(end + 1);
        let name = inside.trim_start_matches(['<', '/']);
        let name: String =
            name.chars().take_while(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
        let closes = inside.starts_with("</");
        match *hidden {
            None if !closes => *hidden = HIDDEN.split(' ').find(|one| *one == name),
            Some(open) if closes && open == name => *hidden = None,
            _ => {}
        }
        if hidden.is_none() && BREAKS.contains(&name.as_str()) {
            out.push(' ');
        }
        rest = after;
    }
    if hidden.is_none() {
        out.push_str(rest);
    }
    out
}

/// Elements whose content is no text for people.
const HIDDEN: &str = "script style iframe object template noscript";

/// Elements whose end is the end of a word.
const BREAKS: [&str; 9] = ["br", "p", "div", "li", "summary", "td", "th", "tr", "details"];

struct Writer<'a> {
    events: Parser<'a>,
    hidden: Option<&'static str>,
}

impl Writer<'_> {
    /// What stands up to `end`.
    fn children(&mut self, end: Option<TagEnd>, depth: usize) -> Vec<AnyView> {
        let mut children: Vec<AnyView> = Vec::new();
        // What is open here without an element of its own: too deep for one.
        let mut flat = 0_usize;
        while let Some(event) = self.events.next() {
            match event {
                Event::End(found) if flat == 0 && Some(found) == end => break,
                Event::End(_) => flat = flat.saturating_sub(1),
                Event::Start(_) if depth > DEEPEST => flat += 1,
                Event::Start(tag) => children.push(self.element(tag, depth)),
                Event::Text(text) if self.hidden.is_none() => children.push(text.into_string().into_any()),
                Event::Code(text) => children.push(view! { <code>{text.into_string()}</code> }.into_any()),
                Event::Html(html) | Event::InlineHtml(html) => {
                    children.push(words_of_html(&html, &mut self.hidden).into_any());
                }
                Event::SoftBreak => children.push(" ".into_any()),
                Event::HardBreak => children.push(view! { <br/> }.into_any()),
                Event::Rule => children.push(view! { <hr/> }.into_any()),
                Event::TaskListMarker(done) => children.push(if done { "☑ " } else { "☐ " }.into_any()),
                _ => {}
            }
        }
        children
    }

    fn element(&mut self, tag: Tag<'_>, depth: usize) -> AnyView {
        let end = tag.to_end();
        let inside = self.children(Some(end), depth + 1);
        match tag {
            Tag::Paragraph => view! { <p>{inside}</p> }.into_any(),
            Tag::Heading { level: HeadingLevel::H1, .. } => view! { <h3>{inside}</h3> }.into_any(),
            Tag::Heading { level: HeadingLevel::H2, .. } => view! { <h4>{inside}</h4> }.into_any(),
            Tag::Heading { .. } => view! { <h5>{inside}</h5> }.into_any(),
            Tag::BlockQuote(_) => view! { <blockquote>{inside}</blockquote> }.into_any(),
            Tag::CodeBlock(kind) => {
                let language = match kind {
                    CodeBlockKind::Fenced(language) if !language.is_empty() => Some(language.into_string()),
                    _ => None,
                };
                view! { <pre tabindex="0" role="region" aria-label=language.map_or_else(|| "Code".to_owned(), |one| format!("Code, {one}"))><code>{inside}</code></pre> }.into_any()
            }
            Tag::List(None) => view! { <ul>{inside}</ul> }.into_any(),
            Tag::List(Some(first)) => view! { <ol start=first.to_string()>{inside}</ol> }.into_any(),
            Tag::Item => view! { <li>{inside}</li> }.into_any(),
            Tag::Emphasis => view! { <em>{inside}</em> }.into_any(),
            Tag::Strong => view! { <strong>{inside}</strong> }.into_any(),
            Tag::Strikethrough => view! { <s>{inside}</s> }.into_any(),
            Tag::Link { dest_url, .. } => match outside::web(&dest_url) {
                Some(address) => {
                    view! { <a href=address.to_owned() target="_blank" rel="external noopener noreferrer">{inside}</a> }.into_any()
                }
                None => inside.into_any(),
            },
            // A picture from anywhere would tell its host who reads: it is named, and linked where it may be.
            Tag::Image { dest_url, .. } => match outside::web(&dest_url) {
                Some(address) => {
                    view! { <a href=address.to_owned() target="_blank" rel="external noopener noreferrer">"[picture: "{inside}"]"</a> }
                        .into_any()
                }
                None => view! { <span>"[picture: "{inside}"]"</span> }.into_any(),
            },
            Tag::Table(columns) => {
                let numeric = columns.iter().all(|column| *column == Alignment::Right);
                view! { <div class="md-wide" tabindex="0" role="region" aria-label="Table"><table class:num=numeric>{inside}</table></div> }.into_any()
            }
            Tag::TableHead => view! { <thead><tr>{inside}</tr></thead> }.into_any(),
            Tag::TableRow => view! { <tr>{inside}</tr> }.into_any(),
            Tag::TableCell => view! { <td>{inside}</td> }.into_any(),
            _ => inside.into_any(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_are_what_is_left() {
        for (text, words) in [
            ("What it is **for**.", "What it is for."),
            ("# Title\n\ntext `code`", "Title text code"),
            ("a <b>b</b> c", "a b c"),
            ("<script>document.title='x'</script>", ""),
            ("before\n\n<script>\nalert(1)\n\n</script>\n\nafter", "before after"),
            ("<img src=x onerror=\"alert(1)\">", ""),
            ("<!-- hidden -->shown", "shown"),
            ("<details><summary>More</summary>inside</details>", "More inside"),
            ("[link](javascript:alert(1))", "link"),
            ("a < b > c", "a < b > c"),
            ("<unclosed", "<unclosed"),
            ("| a | b |\n|---|---|\n| 1 | 2 |", "a b 1 2"),
        ] {
            assert_eq!(plain(text), words, "{text}");
        }
    }

    #[test]
    fn deep_nesting_ends() {
        let deep = ">".repeat(20_000);
        assert_eq!(plain(&deep), "");
    }
}

//! The reliability diagram as SVG: stated probability across, observed frequency up, one panel a set and one for all.
//!
//! Ten bins (Murphy and Winkler 1977); a dot at the bin's mean stated probability and its share of right ones, its 90 %
//! Wilson interval as a bar, its count under the axis. The diagonal is perfect calibration: a bar that misses it is a bin that
//! says what is not so. Plain SVG with its own light and dark colours; nothing is loaded.

use crate::score::{brier, calibration_error, reliability, wilson};
use std::fmt::Write as _;

/// One panel: a name, and what was stated and whether it was so.
pub struct Panel<'a> {
    /// Its heading.
    pub name: &'a str,
    /// The statements.
    pub stated: &'a [(f64, bool)],
}

/// Pixels of a plot's side, of the space around it, of the heading.
const SIDE: f64 = 220.0;
const LEFT: f64 = 52.0;
const TOP: f64 = 60.0;
const WIDTH: f64 = LEFT + SIDE + 26.0;
const HEIGHT: f64 = TOP + SIDE + 70.0;
const COLUMNS: usize = 3;
const HEADING: f64 = 64.0;

const STYLE: &str = "
  .page { fill: #ffffff } .plot { fill: #f6f7f9; stroke: #8a919c } .grid { stroke: #dfe3e8 }
  .ideal { stroke: #8a919c; stroke-dasharray: 4 4 } .bar { stroke: #1f6feb; stroke-width: 2 } .dot { fill: #1f6feb }
  text { font: 12px system-ui, sans-serif; fill: #24292f } .title { font-size: 18px; font-weight: 600 }
  .name { font-size: 14px; font-weight: 600 } .small { font-size: 11px; fill: #57606a }
  .count { font-size: 10px }
  @media (prefers-color-scheme: dark) {
    .page { fill: #0d1117 } .plot { fill: #161b22; stroke: #6e7681 } .grid { stroke: #2b313a }
    .ideal { stroke: #8b949e } .bar { stroke: #58a6ff } .dot { fill: #58a6ff }
    text { fill: #e6edf3 } .small { fill: #9da7b3 }
  }
";

/// The diagram. Panels without a statement are left out.
pub fn diagram(title: &str, note: &str, panels: &[Panel<'_>]) -> String {
    let panels: Vec<&Panel<'_>> = panels.iter().filter(|panel| !panel.stated.is_empty()).collect();
    let columns = panels.len().clamp(1, COLUMNS);
    let rows = panels.len().div_ceil(columns);
    let (width, height) = (WIDTH * columns as f64 + 16.0, HEADING + HEIGHT * rows as f64);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" \
         role=\"img\" aria-labelledby=\"title\">\n<title id=\"title\">{}</title>\n<style>{STYLE}</style>\n\
         <rect class=\"page\" width=\"{width}\" height=\"{height}\"/>\n\
         <text class=\"title\" x=\"16\" y=\"28\">{}</text>\n<text class=\"small\" x=\"16\" y=\"48\">{}</text>\n",
        escape(title),
        escape(title),
        escape(note)
    );
    for (at, panel) in panels.into_iter().enumerate() {
        let (column, row) = ((at % columns) as f64, (at / columns) as f64);
        draw(&mut svg, panel, column * WIDTH, HEADING + row * HEIGHT);
    }
    svg.push_str("</svg>\n");
    svg
}

fn draw(svg: &mut String, panel: &Panel<'_>, left: f64, top: f64) {
    let (x0, y0) = (left + LEFT, top + TOP);
    let (x, y) = (|p: f64| x0 + p * SIDE, |share: f64| y0 + (1.0 - share) * SIDE);
    let _ = writeln!(svg, "<g>\n<text class=\"name\" x=\"{x0}\" y=\"{:.1}\">{}</text>", y0 - 34.0, escape(panel.name));
    let (error, square) = (calibration_error(panel.stated), brier(panel.stated));
    let caption = format!("{} cases, ECE {error:.3}, Brier {square:.3}", panel.stated.len());
    let _ = writeln!(svg, "<text class=\"small\" x=\"{x0}\" y=\"{:.1}\">{caption}</text>", y0 - 16.0);
    let _ = writeln!(svg, "<rect class=\"plot\" x=\"{x0}\" y=\"{y0}\" width=\"{SIDE}\" height=\"{SIDE}\"/>");
    for tick in [0.0, 0.25, 0.5, 0.75, 1.0] {
        let (tx, ty) = (x(tick), y(tick));
        if tick > 0.0 && tick < 1.0 {
            let _ = writeln!(svg, "<path class=\"grid\" d=\"M{tx} {y0}v{SIDE}M{x0} {ty}h{SIDE}\" fill=\"none\"/>");
        }
        let _ = writeln!(
            svg,
            "<text class=\"small\" x=\"{tx}\" y=\"{:.1}\" text-anchor=\"middle\">{tick}</text>\n\
             <text class=\"small\" x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{tick}</text>",
            y0 + SIDE + 16.0,
            x0 - 6.0,
            ty + 4.0
        );
    }
    let _ = writeln!(svg, "<line class=\"ideal\" x1=\"{x0}\" y1=\"{}\" x2=\"{}\" y2=\"{y0}\"/>", y(0.0), x(1.0));
    for bin in reliability(panel.stated) {
        let count = bin.count as f64;
        let (low, high) = wilson(bin.right * count, count);
        let (cx, cy) = (x(bin.said), y(bin.right));
        let radius = (2.0 + count.sqrt()).min(9.0);
        let middle = x(((bin.said * 10.0).floor().min(9.0) + 0.5) / 10.0);
        let _ = writeln!(
            svg,
            "<line class=\"bar\" x1=\"{cx:.1}\" y1=\"{:.1}\" x2=\"{cx:.1}\" y2=\"{:.1}\"/>\n\
             <circle class=\"dot\" cx=\"{cx:.1}\" cy=\"{cy:.1}\" r=\"{radius:.1}\"/>\n\
             <text class=\"count\" x=\"{middle:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{}</text>",
            y(low),
            y(high),
            y0 + SIDE + 32.0,
            bin.count
        );
    }
    let (middle, below) = (x(0.5), y0 + SIDE + 50.0);
    let _ = writeln!(
        svg,
        "<text class=\"small\" x=\"{middle}\" y=\"{below}\" text-anchor=\"middle\">stated probability</text>\n\
         <text class=\"small\" x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">cases</text>\n\
         <text class=\"small\" transform=\"translate({:.1} {}) rotate(-90)\" text-anchor=\"middle\">share right</text>\n</g>",
        x0 - 6.0,
        y0 + SIDE + 32.0,
        x0 - 38.0,
        y(0.5)
    );
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whether every tag is closed in order and every attribute is quoted.
    fn well_formed(xml: &str) -> bool {
        let mut open: Vec<String> = Vec::new();
        for part in xml.split('<').skip(1) {
            let Some((tag, _)) = part.split_once('>') else { return false };
            if tag.matches('"').count() % 2 == 1 {
                return false;
            }
            if let Some(name) = tag.strip_prefix('/') {
                if open.pop().as_deref() != Some(name) {
                    return false;
                }
            } else if !tag.ends_with('/') {
                open.push(tag.split(' ').next().unwrap_or_default().to_owned());
            }
        }
        open.is_empty()
    }

    #[test]
    fn a_panel_a_set_with_its_bins_and_counts() {
        let stated: Vec<(f64, bool)> = (0..20).map(|at| (if at < 15 { 0.93 } else { 0.41 }, at % 3 != 0)).collect();
        let panels = [Panel { name: "one & <two>", stated: &stated }, Panel { name: "nothing", stated: &[] }];
        let svg = diagram("How well \"sure\" is meant", "held out", &panels);
        assert!(well_formed(&svg), "{svg}");
        assert_eq!(svg.matches("<circle").count(), 2);
        assert_eq!(svg.matches("class=\"plot\"").count(), 1);
        assert!(svg.contains("one &amp; &lt;two&gt;") && svg.contains(">15</text>") && svg.contains(">5</text>"));
        assert!(svg.contains("prefers-color-scheme: dark"));
    }

    #[test]
    fn a_broken_text_would_be_seen() {
        assert!(well_formed("<a><b c=\"1\"/></a>") && !well_formed("<a><b></a>") && !well_formed("<a b=\"></a>"));
    }
}

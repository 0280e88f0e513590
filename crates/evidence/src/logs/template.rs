//! Log templates: shapes of messages grouped by the words that they share, once all have been read.
//!
//! Words that take few values at their place are states (`in`, `out`) and tell templates apart; words that take many are
//! parameters and become `<*>`, as in He et al., "Drain" (ICWS 2017) and Makanju et al., "IPLoM" (KDD 2009). Those read line by line,
//! or in one order; here everything is decided from how many distinct values a place has over all shapes, so that neither the order of
//! lines nor what words say matters. Places in source code, exceptions and names of services are never merged: what a
//! message says of one service is not what it says of another.

use rustc_hash::{FxHashMap, FxHashSet};

use super::shapes::Shapes;
use super::words::{CAUSE, HOST, WILD, is_candidate, is_place};

/// Share of words that must be the same in all messages of a template.
const SIMILAR: f64 = 0.6;
/// A word of more values than this at its place is a parameter.
const STATES: usize = 4;

/// The templates of a bundle.
#[derive(Debug, Default)]
pub struct Templates {
    texts: Vec<String>,
    /// What each template names.
    mentions: Vec<Vec<Mention>>,
}

/// A service that a template names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Mention {
    /// The number given to [`Templates::of`].
    pub(super) name: u32,
    /// Whether it is written as a host, which no word of speech is.
    pub(super) as_host: bool,
}

/// Shapes by their sequence of words.
type Pool = FxHashMap<Vec<u32>, Vec<u32>>;

/// A sequence of words and the shapes that have it.
struct Member {
    words: Vec<u32>,
    shapes: Vec<u32>,
}

impl Templates {
    /// Groups shapes; `names` are those of known services, without their kind. Also gives the template of each shape.
    pub(super) fn of(shapes: &Shapes, names: &FxHashMap<String, u32>) -> (Self, Vec<u32>) {
        let mut book = Book::new(names);
        let mut pools: FxHashMap<Vec<(u32, u32)>, Pool> = FxHashMap::default();
        for (id, text) in shapes.iter() {
            let words = book.read(text);
            pools.entry(book.pool(&words)).or_default().entry(words).or_default().push(id);
        }
        let mut found: Vec<(String, Vec<u32>)> = Vec::new();
        for (key, pool) in pools {
            let members = pool.into_iter().map(|(words, shapes)| Member { words, shapes }).collect();
            // A place in the code is one statement, whatever its words.
            let is_statement = key.iter().any(|(_, word)| book.places.contains(word));
            split(members, is_statement, &mut |words, shapes| found.push((book.text(words), shapes)));
        }
        found.sort_unstable_by(|a, b| a.0.cmp(&b.0));
        let mut templates = Self::default();
        let mut of_live = vec![0; shapes.len()];
        for (text, members) in found {
            if templates.texts.last() != Some(&text) {
                templates.mentions.push(book.mentions(&text));
                templates.texts.push(text);
            }
            for shape in members {
                if let Some(slot) = of_live.get_mut(shape as usize) {
                    *slot = templates.texts.len() as u32 - 1;
                }
            }
        }
        let of_shape =
            (0..shapes.len() as u32).map(|id| of_live.get(shapes.resolve(id) as usize).copied().unwrap_or(0));
        let of_shape = of_shape.collect();
        (templates, of_shape)
    }

    /// The template's text: its words, with `<*>` for what varies.
    pub fn text(&self, template: u32) -> &str {
        self.texts.get(template as usize).map_or("", String::as_str)
    }

    /// The numbers of the services that the template names, each once.
    pub fn named(&self, template: u32) -> impl Iterator<Item = u32> {
        let mentions = self.mentions(template);
        // Of a service named in both ways the two mentions stand next to each other.
        let is_first = |at: usize| at == 0 || mentions.get(at).map(|m| m.name) != mentions.get(at - 1).map(|m| m.name);
        mentions.iter().enumerate().filter(move |(at, _)| is_first(*at)).map(|(_, mention)| mention.name)
    }

    /// Whether the template names anybody.
    pub fn names_any(&self, template: u32) -> bool {
        !self.mentions(template).is_empty()
    }

    pub(super) fn mentions(&self, template: u32) -> &[Mention] {
        self.mentions.get(template as usize).map_or(&[], Vec::as_slice)
    }

    /// Takes the mentions of words that are none: what is said of an order is not said of the service of that name.
    pub(super) fn forget(&mut self, is_speech: impl Fn(u32) -> bool) {
        for mentions in &mut self.mentions {
            mentions.retain(|mention| mention.as_host || !is_speech(mention.name));
        }
    }

    /// The words of a template, the names of services all alike.
    pub(super) fn unnamed<'t>(
        &'t self,
        template: u32,
        names: &'t FxHashMap<String, u32>,
    ) -> impl Iterator<Item = &'t str> {
        self.text(template).split(' ').map(move |word| match word.strip_prefix(HOST) {
            Some(host) if names.contains_key(host) => HOST,
            None if names.contains_key(word) => "",
            _ => word,
        })
    }

    /// Numbers the templates anew: the one at `order[n]` becomes `n`.
    pub(super) fn renumber(&mut self, order: &[u32]) {
        let (mut texts, mut mentions) = (std::mem::take(&mut self.texts), std::mem::take(&mut self.mentions));
        for old in order {
            self.texts.extend(texts.get_mut(*old as usize).map(std::mem::take));
            self.mentions.extend(mentions.get_mut(*old as usize).map(std::mem::take));
        }
    }

    /// How many templates there are.
    pub fn len(&self) -> usize {
        self.texts.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.texts.is_empty()
    }
}

/// Words by number. 0 is the word that varies.
struct Book<'a> {
    names: &'a FxHashMap<String, u32>,
    index: FxHashMap<String, u32>,
    texts: Vec<String>,
    /// Places in source code.
    places: FxHashSet<u32>,
    /// Names of services.
    kept: FxHashSet<u32>,
    cause: u32,
}

impl<'a> Book<'a> {
    fn new(names: &'a FxHashMap<String, u32>) -> Self {
        let mut book = Self {
            names,
            index: FxHashMap::default(),
            texts: Vec::new(),
            places: FxHashSet::default(),
            kept: FxHashSet::default(),
            cause: 0,
        };
        book.id(WILD);
        book.cause = book.id(CAUSE);
        book
    }

    fn read(&mut self, text: &str) -> Vec<u32> {
        text.split(' ').map(|word| self.id(word)).collect()
    }

    fn id(&mut self, word: &str) -> u32 {
        if let Some(id) = self.index.get(word) {
            return *id;
        }
        let is_name = self.names.contains_key(word.strip_prefix(HOST).unwrap_or(word));
        if !is_name && is_candidate(word) {
            self.index.insert(word.to_owned(), 0);
            return 0;
        }
        let id = self.texts.len() as u32;
        self.texts.push(word.to_owned());
        self.index.insert(word.to_owned(), id);
        if is_name {
            self.kept.insert(id);
        } else if is_place(word) {
            self.places.insert(id);
        }
        id
    }

    /// What all messages of a template must share: their length, places, exceptions, and names of services.
    fn pool(&self, words: &[u32]) -> Vec<(u32, u32)> {
        let mut key = vec![(words.len() as u32, 0)];
        for (place, word) in words.iter().enumerate() {
            let is_exception = place > 0 && words.get(place - 1) == Some(&self.cause);
            if is_exception || self.places.contains(word) || self.kept.contains(word) {
                key.push((place as u32, *word));
            }
        }
        key
    }

    fn text(&self, words: &[u32]) -> String {
        let words: Vec<&str> =
            words.iter().map(|id| self.texts.get(*id as usize).map_or(WILD, String::as_str)).collect();
        words.join(" ")
    }

    fn mentions(&self, text: &str) -> Vec<Mention> {
        let found = text.split(' ').filter_map(|word| {
            let host = word.strip_prefix(HOST);
            let name = *self.names.get(host.unwrap_or(word))?;
            Some(Mention { name, as_host: host.is_some() })
        });
        let mut found: Vec<Mention> = found.collect();
        found.sort_unstable();
        found.dedup();
        found
    }
}

/// Splits messages of one length into templates.
fn split(members: Vec<Member>, is_statement: bool, done: &mut dyn FnMut(&[u32], Vec<u32>)) {
    let Some(first) = members.first() else { return };
    let length = first.words.len();
    let values: Vec<usize> = (0..length).map(|place| distinct(&members, place)).collect();
    let same = values.iter().filter(|count| **count == 1).count();
    if same == length {
        let words = first.words.clone();
        return done(&words, members.into_iter().flat_map(|m| m.shapes).collect());
    }
    let is_one = is_statement || same as f64 >= SIMILAR * length as f64;
    let varies = |place: &usize| values.get(*place).is_some_and(|count| *count > 1);
    let least = (0..length).filter(varies).min_by_key(|place| values.get(*place)).unwrap_or(0);
    if is_one && values.iter().any(|count| *count > STATES) {
        // Parameters first: what is left of the others once these vary is what tells templates apart.
        return split(without(members, &values), is_statement, done);
    }
    let mut parts: FxHashMap<u32, Vec<Member>> = FxHashMap::default();
    for member in members {
        parts.entry(member.words.get(least).copied().unwrap_or(0)).or_default().push(member);
    }
    for part in parts.into_values() {
        split(part, is_statement, done);
    }
}

fn distinct(members: &[Member], place: usize) -> usize {
    members.iter().filter_map(|m| m.words.get(place)).collect::<FxHashSet<_>>().len()
}

/// The members with their parameters made to vary; those that are the same then are one.
fn without(members: Vec<Member>, values: &[usize]) -> Vec<Member> {
    let mut merged: FxHashMap<Vec<u32>, Vec<u32>> = FxHashMap::default();
    for mut member in members {
        for (word, count) in member.words.iter_mut().zip(values) {
            if *count > STATES {
                *word = 0;
            }
        }
        merged.entry(member.words).or_default().extend(member.shapes);
    }
    merged.into_iter().map(|(words, shapes)| Member { words, shapes }).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The template of each line, of at most `max` shapes, among services `names`.
    fn mine(lines: &[&str], names: &[&str], max: usize) -> Vec<String> {
        let mut shapes = Shapes::new(max);
        let ids: Vec<u32> = lines.iter().map(|line| shapes.add(line, "", &FxHashMap::default()).0).collect();
        let names = names.iter().zip(0..).map(|(name, id)| ((*name).to_owned(), id)).collect();
        let (templates, of_shape) = Templates::of(&shapes, &names);
        ids.iter().map(|id| templates.text(of_shape[*id as usize]).to_owned()).collect()
    }

    #[test]
    fn parameters_vary_and_states_and_places_do_not() {
        let names = ["alice", "bob", "carol", "dave", "erin", "frank"];
        let lines: Vec<String> =
            names.iter().flat_map(|name| ["in", "out"].map(|way| format!("user {name} logged {way} now"))).collect();
        let found = mine(&lines.iter().map(String::as_str).collect::<Vec<_>>(), &[], 1000);
        assert_eq!((found[0].as_str(), found[1].as_str()), ("user <*> logged in now", "user <*> logged out now"));
        let found = mine(&["t.s.Travel#451 took 12", "t.s.Travel#451 took 99", "t.s.Travel#457 took 12"], &[], 1000);
        assert_eq!(found[0], found[1]);
        assert_ne!(found[0], found[2]);
    }

    #[test]
    fn what_is_unlike_stays_apart() {
        let lines = [
            "cache was warmed up",
            "queue is growing fast",
            "disk has no room",
            "node joined the ring",
            "all good so far",
        ];
        assert_eq!(mine(&lines, &[], 1000), lines);
    }

    #[test]
    fn names_of_services_stay_apart_also_when_they_become_known_late() {
        let lines = [
            "no instances of cart-2 in the registry",
            "no instances of pay in the registry",
            "no instances of item-2 in the registry",
        ];
        let found = mine(&lines, &["cart-2", "pay"], 1000);
        assert_eq!(found[..2], lines[..2]);
        assert_eq!(found[2], "no instances of <*> in the registry");
    }

    #[test]
    fn a_form_without_end_is_folded_and_others_stay() {
        let noise: Vec<String> = (0..2000).map(|at| format!("search for {} done", word(at))).collect();
        let mut lines: Vec<&str> = noise.iter().map(String::as_str).collect();
        lines.push("store was opened again today");
        let found = mine(&lines, &[], 1000);
        assert_eq!(
            (found[7].as_str(), found.last().unwrap().as_str()),
            ("search for <*> done", "store was opened again today")
        );
        assert_eq!(mine(&["a b", "c d e", "f g h i", "j k l m n", "o"], &[], 3)[0], "<*>");
    }

    /// A word of letters for a number.
    fn word(mut at: usize) -> String {
        let mut word = String::new();
        loop {
            word.push(char::from(b'a' + (at % 26) as u8));
            at /= 26;
            if at == 0 {
                return word;
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(200))]

        /// Any order of the lines gives each line the same template, also where bounds are passed.
        #[test]
        fn order_means_nothing(
            lines in proptest::collection::vec(proptest::collection::vec(0usize..30, 1..6), 1..80),
            swaps in proptest::collection::vec((0usize..80, 0usize..80), 0..80),
            max in prop_oneof![Just(5usize), Just(30), Just(1000)],
        ) {
            let text = |line: &Vec<usize>| {
                let words: Vec<String> = line.iter().map(|w| if *w == 0 { "main.go:7".to_owned() } else { word(*w) }).collect();
                words.join(" ")
            };
            let mut one: Vec<(usize, String)> = lines.iter().map(text).enumerate().collect();
            let mut other = one.clone();
            for (a, b) in swaps {
                let (a, b) = (a % other.len(), b % other.len());
                other.swap(a, b);
            }
            for list in [&mut one, &mut other] {
                let found = mine(&list.iter().map(|(_, line)| line.as_str()).collect::<Vec<_>>(), &["b"], max);
                for ((_, line), template) in list.iter_mut().zip(found) {
                    *line = template;
                }
                list.sort();
            }
            prop_assert_eq!(one, other);
        }

        /// Which lines share a template depends on equality of words, not on what the words are.
        #[test]
        fn renaming_words_leaves_the_grouping(lines in proptest::collection::vec(proptest::collection::vec(0u8..6, 1..6), 1..30)) {
            let group = |words: [&str; 6]| {
                let texts: Vec<String> = lines.iter().map(|line| line.iter().map(|w| words[*w as usize]).collect::<Vec<_>>().join(" ")).collect();
                let found = mine(&texts.iter().map(String::as_str).collect::<Vec<_>>(), &[], 1000);
                found.iter().map(|text| found.iter().position(|other| other == text)).collect::<Vec<_>>()
            };
            prop_assert_eq!(group(["cart", "pay", "ship", "fails", "x9", "ok"]), group(["alpha", "beta", "gamma", "delta", "q7", "mu"]));
        }

        #[test]
        fn arbitrary_messages_never_panic(text in "\\PC{0,80}") {
            let mut shapes = Shapes::new(10);
            shapes.add(&text, "", &FxHashMap::default());
            prop_assert_eq!(Templates::of(&shapes, &FxHashMap::default()).0.len(), 1);
        }
    }
}

//! The types of atoms: the standard ones and those that a user declares, with inheritance from several supertypes.
//!
//! A type is a node type or a link type, and so are all its supertypes. It has one name; Atomese writes most names with
//! the ending `Node` or `Link`, and both spellings are read. Where a node type and a link type differ in nothing but the
//! ending, the ending must be written, unless one of them is a standard type: without an ending, that one is meant, so that
//! no declaration takes from a text what it says. Where a type became standard later, what was declared goes before it instead.
//! Limits: 32,766 types.

mod standard;

use std::cmp::Ordering;
use std::collections::HashMap;
use std::sync::{Arc, LazyLock};

/// The type of an atom. Cheap to copy; means something together with the [`Types`] of a space.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct AtomType(pub(super) u16);

impl AtomType {
    /// The type of no atom: what a removed atom has.
    pub(super) const NONE: Self = Self(0);

    const fn new(position: u16, link: bool) -> Self {
        Self(position << 1 | link as u16)
    }

    /// Whether atoms of the type are links.
    #[must_use]
    pub const fn is_link(self) -> bool {
        self.0 & 1 == 1
    }

    /// Whether atoms of the type are nodes.
    #[must_use]
    pub const fn is_node(self) -> bool {
        !self.is_link()
    }

    pub(super) const fn position(self) -> usize {
        (self.0 >> 1) as usize
    }
}

/// Why a type cannot be named or declared.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TypeError {
    /// No type has this name.
    #[error("there is no type `{0}`{hint}", hint = hint(.1.as_deref()))]
    Unknown(String, Option<String>),
    /// A node type and a link type have this name.
    #[error("`{0}` may be `{0}Node` or `{0}Link`: write the ending")]
    Ambiguous(String),
    /// A type has this name and other supertypes.
    #[error("the type `{0}` is declared already, with other supertypes")]
    Redeclared(String),
    /// A type without supertypes, or with node and link types among them.
    #[error("the type `{0}` needs supertypes, and all of them node types or all of them link types")]
    Supertypes(String),
    /// Not a name that can be read back.
    #[error(
        "`{0}` cannot be the name of a type: use letters, digits, `-` and `_`, a letter first, at most 200 bytes, \
             and the ending `Node` or `Link` only where it is one"
    )]
    Name(String),
    /// All numbers of types are given away.
    #[error("a space has at most {MAX_TYPES} types")]
    Full,
}

fn hint(near: Option<&str>) -> String {
    near.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default()
}

const MAX_TYPES: usize = 32_766;

/// The standard types whose links bind variables.
const SCOPES: [AtomType; 11] = [
    AtomType::SCOPE,
    AtomType::LAMBDA,
    AtomType::RULE,
    AtomType::BIND,
    AtomType::GET,
    AtomType::PUT,
    AtomType::QUERY,
    AtomType::MEET,
    AtomType::SATISFACTION,
    AtomType::SATISFYING_SET,
    AtomType::JOIN,
];

#[derive(Clone, Debug)]
struct Info {
    stem: Arc<str>,
    id: AtomType,
    parents: Vec<AtomType>,
    /// A bit for the position of every type that this one is, itself included.
    is: Vec<u64>,
    traits: Traits,
}

/// Which of two types a name means that both have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    /// It became standard when there were spaces that may have declared its name.
    Later,
    Declared,
    /// It was standard from the beginning.
    First,
}

/// What adding an atom asks of its type, in one look.
#[derive(Clone, Copy, Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is asked by itself")]
pub(super) struct Traits {
    pub(super) unordered: bool,
    pub(super) state: bool,
    pub(super) define: bool,
    pub(super) number: bool,
    pub(super) variable: bool,
    pub(super) scope: bool,
}

impl Traits {
    /// Whether adding an atom is more than making it unique.
    #[inline]
    pub(super) fn special(self) -> bool {
        self.unordered || self.state || self.define || self.number
    }
}

/// The types that a space knows.
///
/// ```
/// use oriel_atomspace::space::{AtomType, Space};
/// let mut space = Space::new();
/// let service = space.declare_type("Service", &[AtomType::CONCEPT])?;
/// assert_eq!(space.types().named("ServiceNode")?, service);
/// assert!(space.types().is_a(service, AtomType::NODE) && !space.types().is_a(service, AtomType::PREDICATE));
/// assert!(space.types().named("Nothing").is_err());
/// # Ok::<(), oriel_atomspace::space::SpaceError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Types {
    all: Vec<Info>,
    /// How many of them are standard types.
    standard: usize,
    stems: HashMap<Arc<str>, [Option<AtomType>; 2], rustc_hash::FxBuildHasher>,
}

static STANDARD: LazyLock<Arc<Types>> = LazyLock::new(|| Arc::new(standard::types()));

fn without_ending(name: &str) -> (&str, Option<bool>) {
    match (name.strip_suffix("Node"), name.strip_suffix("Link")) {
        (Some(stem), _) if !stem.is_empty() => (stem, Some(false)),
        (_, Some(stem)) if !stem.is_empty() => (stem, Some(true)),
        _ => (name, None),
    }
}

impl Types {
    /// The standard types, shared by all spaces until one declares its own.
    pub(super) fn standard() -> Arc<Self> {
        Arc::clone(&STANDARD)
    }

    fn empty() -> Self {
        Self { all: Vec::new(), standard: 0, stems: HashMap::default() }
    }

    fn info(&self, id: AtomType) -> Option<&Info> {
        self.all.get(id.position().checked_sub(1)?).filter(|info| info.id == id)
    }

    fn add(&mut self, stem: &str, link: bool, parents: &[AtomType], unordered: bool) -> AtomType {
        let id = AtomType::new(self.all.len() as u16 + 1, link);
        let mut is = vec![0_u64; id.position() / 64 + 1];
        if let Some(word) = is.last_mut() {
            *word |= 1 << (id.position() % 64);
        }
        let parents_of: Vec<&Info> = parents.iter().filter_map(|parent| self.info(*parent)).collect();
        for parent in &parents_of {
            is.iter_mut().zip(&parent.is).for_each(|(own, theirs)| *own |= theirs);
        }
        let any = |of: fn(Traits) -> bool| parents_of.iter().any(|parent| of(parent.traits));
        let traits = Traits {
            unordered: unordered || any(|traits| traits.unordered),
            state: id == AtomType::STATE || any(|traits| traits.state),
            define: id == AtomType::DEFINE || any(|traits| traits.define),
            number: id == AtomType::NUMBER || any(|traits| traits.number),
            variable: id == AtomType::VARIABLE || any(|traits| traits.variable),
            scope: SCOPES.contains(&id) || any(|traits| traits.scope),
        };
        let stem: Arc<str> = stem.into();
        if let Some(slot) = self.stems.entry(Arc::clone(&stem)).or_default().get_mut(usize::from(link)) {
            *slot = Some(id);
        }
        self.all.push(Info { stem, id, parents: parents.to_vec(), is, traits });
        id
    }

    /// Declares a type. Declaring it again in the same way is no change.
    pub(super) fn declare(&mut self, name: &str, parents: &[AtomType]) -> Result<AtomType, TypeError> {
        let (stem, ending) = without_ending(name);
        let letters = stem.chars().all(|letter| letter.is_alphanumeric() || letter == '-' || letter == '_');
        if !letters || name.len() > 200 || !stem.starts_with(char::is_alphabetic) {
            return Err(TypeError::Name(name.to_owned()));
        }
        let Some(link) = parents.first().map(|parent| parent.is_link()) else {
            return Err(TypeError::Supertypes(name.to_owned()));
        };
        if parents.iter().any(|parent| parent.is_link() != link || self.info(*parent).is_none()) {
            return Err(TypeError::Supertypes(name.to_owned()));
        }
        // `FooLinkNode` would be read as the node type `FooLink`, and `FooLink` then as the link type `Foo`.
        if ending.is_some_and(|ending| ending != link) || without_ending(stem).1.is_some() || reserved(stem) {
            return Err(TypeError::Name(name.to_owned()));
        }
        if let Some(known) = self.stems.get(stem).and_then(|both| *both.get(usize::from(link))?) {
            if self.parents(known) == parents {
                return Ok(known);
            }
            if self.rank(known) != Rank::Later {
                return Err(TypeError::Redeclared(name.to_owned()));
            }
        }
        if self.all.len() >= MAX_TYPES {
            return Err(TypeError::Full);
        }
        Ok(self.add(stem, link, parents, false))
    }

    /// The type of a name, with or without its ending.
    pub fn named(&self, name: &str) -> Result<AtomType, TypeError> {
        match self.find(name) {
            Some(of) => Ok(of),
            None if self.stems.contains_key(name) => Err(TypeError::Ambiguous(name.to_owned())),
            None => Err(TypeError::Unknown(name.to_owned(), self.nearest(name))),
        }
    }

    /// As [`Types::named`], without saying why a name means nothing, which takes a look at every type.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<AtomType> {
        let (stem, ending) = without_ending(name);
        let both = self.stems.get(stem).copied()?;
        match (both, ending) {
            ([node, _], Some(false)) => node,
            ([_, link], Some(true)) => link,
            (both, None) => self.meant(both),
        }
    }

    /// Which of a node type and a link type a name without an ending means.
    fn meant(&self, both: [Option<AtomType>; 2]) -> Option<AtomType> {
        match both {
            [Some(node), Some(link)] => match self.rank(node).cmp(&self.rank(link)) {
                Ordering::Greater => Some(node),
                Ordering::Less => Some(link),
                Ordering::Equal => None,
            },
            [node, link] => node.or(link),
        }
    }

    fn rank(&self, id: AtomType) -> Rank {
        match id.position() {
            at if at <= AtomType::LAST_OF_THE_FIRST.position() => Rank::First,
            at if at <= self.standard => Rank::Later,
            _ => Rank::Declared,
        }
    }

    /// The name that a wrong one most likely was meant to be.
    fn nearest(&self, name: &str) -> Option<String> {
        let (stem, _) = without_ending(name);
        let stem = stem.get(..stem.len().min(60))?.to_lowercase();
        let near = |info: &&Info| edits(&stem, &info.stem.to_lowercase());
        let best = self.all.iter().min_by_key(near)?;
        (near(&best) <= 1 + stem.len() / 5).then(|| self.name(best.id))
    }

    /// The name of a type, with its ending only where it is needed.
    #[must_use]
    pub fn name(&self, id: AtomType) -> String {
        let Some(info) = self.info(id) else { return String::new() };
        if self.stems.get(&info.stem).is_some_and(|both| self.meant(*both) != Some(id)) {
            return format!("{}{}", info.stem, if id.is_link() { "Link" } else { "Node" });
        }
        info.stem.to_string()
    }

    /// The name of a type, with its ending always, so that it is read wherever the type is known.
    pub fn full_name(&self, id: AtomType) -> String {
        let Some(info) = self.info(id) else { return String::new() };
        let ending = match (id, id.is_link()) {
            (AtomType::NODE | AtomType::LINK, _) => "",
            (_, true) => "Link",
            (_, false) => "Node",
        };
        format!("{}{ending}", info.stem)
    }

    /// Whether every atom of type `id` is one of type `of`, too.
    #[must_use]
    #[inline]
    pub fn is_a(&self, id: AtomType, of: AtomType) -> bool {
        id == of
            || self.info(id).is_some_and(|info| {
                self.info(of).is_some()
                    && info.is.get(of.position() / 64).is_some_and(|word| word >> (of.position() % 64) & 1 == 1)
            })
    }

    /// Whether links of the type are equal in whatever order they join their atoms.
    #[must_use]
    #[inline]
    pub fn is_unordered(&self, id: AtomType) -> bool {
        self.info(id).is_some_and(|info| info.traits.unordered)
    }

    /// Whether links of the type bind the variables that stand in them.
    #[must_use]
    #[inline]
    pub fn is_scope(&self, id: AtomType) -> bool {
        self.info(id).is_some_and(|info| info.traits.scope)
    }

    #[inline]
    pub(super) fn traits(&self, id: AtomType) -> Option<Traits> {
        self.info(id).map(|info| info.traits)
    }

    /// Whether this is a type here.
    #[must_use]
    #[inline]
    pub fn contains(&self, id: AtomType) -> bool {
        self.info(id).is_some()
    }

    /// The supertypes as they were declared.
    #[must_use]
    pub fn parents(&self, id: AtomType) -> &[AtomType] {
        self.info(id).map_or(&[], |info| &info.parents)
    }

    /// The type itself and all that inherit from it, in the order of their declaration.
    pub fn subtypes(&self, of: AtomType) -> impl Iterator<Item = AtomType> {
        self.iter().filter(move |id| self.is_a(*id, of))
    }

    /// All types, in the order of their declaration.
    pub fn iter(&self) -> impl Iterator<Item = AtomType> {
        self.all.iter().map(|info| info.id)
    }

    /// The types that a user declared, in order.
    pub fn declared(&self) -> impl Iterator<Item = AtomType> {
        // Skipped before anything is looked at: this is asked each time that a query is planned.
        self.all.iter().skip(self.standard).map(|info| info.id)
    }
}

/// Words of the text format that a type would hide.
fn reserved(stem: &str) -> bool {
    ["cons", "alist", "list", "stv", "ctv", "itv", "av", "define", "declare-type", "use-modules"].contains(&stem)
        || stem.ends_with("Value")
        || stem.starts_with("cog-")
}

/// The edit distance of two names (Wagner and Fischer, 1974).
fn edits(one: &str, two: &str) -> usize {
    let two: Vec<char> = two.chars().collect();
    let mut row: Vec<usize> = (0..=two.len()).collect();
    for (line, letter) in one.chars().enumerate() {
        let mut corner = line;
        let mut left = line + 1;
        for (cell, other) in row.iter_mut().skip(1).zip(&two) {
            let here = (corner + usize::from(letter != *other)).min(left + 1).min(*cell + 1);
            corner = std::mem::replace(cell, here);
            left = here;
        }
        if let Some(first) = row.first_mut() {
            *first = line + 1;
        }
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{AtomType, TypeError, Types, edits};

    #[test]
    fn both_spellings_are_one_type() {
        let types = Types::standard();
        for (long, short, id) in [
            ("ConceptNode", "Concept", AtomType::CONCEPT),
            ("ListLink", "List", AtomType::LIST),
            ("Node", "Node", AtomType::NODE),
            ("Link", "Link", AtomType::LINK),
            ("VariableList", "VariableListLink", AtomType::VARIABLE_LIST),
        ] {
            assert_eq!((types.named(long), types.named(short)), (Ok(id), Ok(id)));
        }
        assert!(types.named("ConceptLink").is_err());
        assert_eq!(types.name(AtomType::CONCEPT), "Concept");
        assert_eq!(
            types.named("Evaluaton").expect_err("misspelt").to_string(),
            "there is no type `Evaluaton`; did you mean `Evaluation`?"
        );
    }

    #[test]
    fn an_ending_decides_between_a_node_and_a_link() {
        let mut types = Types::clone(&Types::standard());
        let node = types.declare("Port", &[AtomType::CONCEPT]).expect("new");
        assert_eq!(types.name(node), "Port");
        let link = types.declare("PortLink", &[AtomType::LIST]).expect("new");
        assert_eq!(types.named("Port"), Err(TypeError::Ambiguous("Port".into())));
        assert_eq!((types.named("PortNode"), types.named("PortLink")), (Ok(node), Ok(link)));
        assert_eq!((types.name(node).as_str(), types.name(link).as_str()), ("PortNode", "PortLink"));
    }

    #[test]
    fn a_standard_type_keeps_its_short_name() {
        let mut types = Types::clone(&Types::standard());
        let link = types.declare("VariableLink", &[AtomType::LIST]).expect("new");
        let node = types.declare("ListNode", &[AtomType::CONCEPT]).expect("new");
        assert_eq!((types.named("Variable"), types.named("VariableLink")), (Ok(AtomType::VARIABLE), Ok(link)));
        assert_eq!((types.named("List"), types.named("ListNode")), (Ok(AtomType::LIST), Ok(node)));
        for of in [AtomType::VARIABLE, AtomType::LIST, link, node] {
            assert_eq!(types.named(&types.name(of)), Ok(of));
        }
        assert_eq!(types.name(AtomType::VARIABLE), "Variable");
    }

    #[test]
    fn what_became_standard_later_gives_way() {
        let mut types = Types::clone(&Types::standard());
        assert_eq!((types.named("Group"), types.named("Max")), (Ok(AtomType::GROUP), Ok(AtomType::MAX)));
        let group = types.declare("Group", &[AtomType::CONCEPT]).expect("as it was before");
        let max = types.declare("MaxLink", &[AtomType::SET]).expect("as it was before");
        assert_eq!((types.named("Group"), types.name(group).as_str()), (Ok(group), "Group"));
        assert_eq!((types.named("Max"), types.named("MaxLink"), types.name(max).as_str()), (Ok(max), Ok(max), "Max"));
        assert_eq!(types.declare("Max", &[AtomType::SET]), Ok(max));
        assert_eq!(types.declare("Max", &[AtomType::LIST]), Err(TypeError::Redeclared("Max".into())));
        assert_eq!(types.declared().collect::<Vec<_>>(), [group, max]);
    }

    #[test]
    fn a_type_inherits_from_all_its_supertypes() {
        let mut types = Types::clone(&Types::standard());
        let both = types.declare("Both", &[AtomType::SET, AtomType::EVALUATION]).expect("new");
        let below = types.declare("Below", &[both]).expect("new");
        for of in [AtomType::SET, AtomType::EVALUATION, AtomType::LINK, both, below] {
            assert!(types.is_a(below, of));
        }
        assert!(!types.is_a(both, below) && !types.is_a(below, AtomType::LIST));
        assert!(types.is_unordered(below));
        assert!(types.subtypes(AtomType::SET).any(|id| id == below));
        assert_eq!(types.declare("Both", &[AtomType::SET, AtomType::EVALUATION]), Ok(both));
        assert_eq!(types.declare("Both", &[AtomType::SET]), Err(TypeError::Redeclared("Both".into())));
        assert_eq!(types.declared().collect::<Vec<_>>(), [both, below]);
    }

    #[test]
    fn what_cannot_be_a_type_is_refused() {
        let mut types = Types::clone(&Types::standard());
        for name in ["", "a b", "(", "1st", "stv", "FloatValue", "XLinkNode", "Xnodes\n", "XLink"] {
            assert!(types.declare(name, &[AtomType::CONCEPT]).is_err(), "{name}");
        }
        assert!(types.declare("X", &[]).is_err());
        assert!(types.declare("X", &[AtomType::CONCEPT, AtomType::LIST]).is_err());
    }

    #[test]
    fn edits_are_counted() {
        assert_eq!((edits("", "abc"), edits("kitten", "sitting"), edits("same", "same")), (3, 3, 0));
    }
}

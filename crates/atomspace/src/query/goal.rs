//! Goals: what the body of a query says, clause by clause, and the branches that its alternatives multiply out to.

use super::declare::{check_form, interval};
use super::error::QueryError;
use super::pattern::{Numbering, Pattern};
use super::term::Term;
use crate::space::AtomType;
use std::sync::Arc;

/// Branches that a query may multiply out to.
pub(super) const MOST_BRANCHES: usize = 256;

/// The number of a clause among all of a query.
pub(super) type Clause = usize;

#[derive(Clone, Debug)]
pub(super) enum Goal {
    /// An atom of this form must be there.
    Present(Pattern, Clause),
    /// Something that is computed must hold.
    Test(Test, Clause),
    All(Vec<Goal>),
    Any(Vec<Goal>),
    /// Must have no solution.
    Never(Box<Goal>, Clause),
}

/// Something that is computed from the values of variables.
#[derive(Clone, Debug)]
pub(super) struct Test {
    pub(super) what: What,
    /// What is compared, or given to the function.
    pub(super) of: Vec<Pattern>,
    pub(super) negated: bool,
    /// Whether it is met where it has no answer. So it is within a negation: what has no answer must not make that hold.
    pub(super) lenient: bool,
}

impl Test {
    /// Whether it may give a variable that is one of its sides a value.
    pub(super) fn gives(&self) -> bool {
        !self.negated && matches!(self.what, What::Equal | What::Identical)
    }
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum What {
    Greater,
    Less,
    /// Equal once both sides were computed.
    Equal,
    /// The same atom, without computing.
    Identical,
    /// No two are equal once all sides were computed.
    Different,
    /// What holds whatever else does, or never.
    Said(bool),
    /// A registered predicate.
    Function(Arc<str>),
}

/// Goals, and the clauses that they came from.
pub(super) struct Reader<'a> {
    pub(super) numbering: Numbering<'a>,
    pub(super) clauses: Vec<Term>,
    /// What must hold in every solution.
    pub(super) always: Vec<(Goal, Clause)>,
    /// The variables whose values say which solutions belong together.
    pub(super) groups: Vec<usize>,
    /// How many solutions belong together at least and at most.
    pub(super) group_size: Option<(usize, usize)>,
    /// Whether what is read stands in a negation, or in an even number of them.
    lenient: bool,
}

impl<'a> Reader<'a> {
    pub(super) fn new(numbering: Numbering<'a>) -> Self {
        Self {
            numbering,
            clauses: Vec::new(),
            always: Vec::new(),
            groups: Vec::new(),
            group_size: None,
            lenient: false,
        }
    }

    fn clause(&mut self, term: &Term) -> Clause {
        self.clauses.push(term.clone());
        self.clauses.len() - 1
    }

    fn error(&self, term: &Term, message: &str) -> QueryError {
        QueryError::form(term.show(self.numbering.types), message)
    }

    /// What a term says as a clause; `top` where it stands among the clauses that must all hold.
    pub(super) fn goal(&mut self, term: &Term, top: bool) -> Result<Goal, QueryError> {
        if let Some((name, _)) = super::define::defined_predicate(term) {
            let (name, clause) = (name.to_string(), term.show(self.numbering.types));
            return Err(QueryError::Undefined { name, clause });
        }
        let Term::Link(of, parts) = term else { return self.present(term) };
        match *of {
            AtomType::AND | AtomType::SEQUENTIAL_AND => Ok(Goal::All(self.goals(parts, top)?)),
            AtomType::OR | AtomType::SEQUENTIAL_OR | AtomType::CHOICE => {
                if parts.is_empty() {
                    Err(self.error(term, "it needs an alternative"))
                } else {
                    Ok(Goal::Any(self.goals(parts, false)?))
                }
            }
            AtomType::PRESENT => {
                let parts: Result<_, _> = parts.iter().map(|part| self.present(part)).collect();
                Ok(Goal::All(parts?))
            }
            AtomType::ABSENT => {
                let mut all = Vec::new();
                for part in parts {
                    let present = self.present(part)?;
                    let clause = self.clause(&Term::Link(AtomType::ABSENT, vec![part.clone()]));
                    all.push(Goal::Never(Box::new(present), clause));
                }
                Ok(Goal::All(all))
            }
            AtomType::NOT => self.not(term, parts),
            AtomType::ALWAYS if top => {
                for part in parts {
                    let goal = self.goal(part, false)?;
                    let clause = self.clause(&Term::Link(AtomType::ALWAYS, vec![part.clone()]));
                    self.always.push((goal, clause));
                }
                Ok(Goal::All(Vec::new()))
            }
            AtomType::GROUP if top => self.group(term, parts),
            AtomType::GROUP => Err(self.error(term, "a Group stands by itself or in an And, not in another clause")),
            AtomType::ALWAYS => Err(self.error(term, "an Always stands by itself or in an And, not in another clause")),
            _ => match self.test(term)? {
                Some(test) => {
                    let clause = self.clause(term);
                    Ok(Goal::Test(test, clause))
                }
                None => self.present(term),
            },
        }
    }

    fn goals(&mut self, parts: &[Term], top: bool) -> Result<Vec<Goal>, QueryError> {
        parts.iter().map(|part| self.goal(part, top)).collect()
    }

    fn present(&mut self, term: &Term) -> Result<Goal, QueryError> {
        let pattern = self.numbering.pattern(term, term)?;
        let clause = self.clause(term);
        Ok(Goal::Present(pattern, clause))
    }

    fn not(&mut self, term: &Term, parts: &[Term]) -> Result<Goal, QueryError> {
        let [part] = parts else { return Err(self.error(term, "a Not takes one clause")) };
        match twice_negated(term) {
            Some(Twice::Clause(clause)) => return self.goal(clause, false),
            Some(Twice::Present(pattern)) => return self.present(pattern),
            None => {}
        }
        let clause = self.clause(term);
        self.lenient = !self.lenient;
        let goal = self.goal(part, false);
        self.lenient = !self.lenient;
        Ok(match goal? {
            Goal::Test(test, _) => Goal::Test(Test { negated: !test.negated, lenient: !test.lenient, ..test }, clause),
            goal => Goal::Never(Box::new(goal), clause),
        })
    }

    /// Notes what solutions have in common that belong together.
    fn group(&mut self, term: &Term, parts: &[Term]) -> Result<Goal, QueryError> {
        for part in parts {
            if let Term::Link(AtomType::INTERVAL, bounds) = part {
                if self.group_size.is_some() {
                    return Err(self.error(term, "the Groups of a query have one Interval among them: it says how many solutions agree on the variables of all"));
                }
                self.group_size = Some(interval(self.numbering.types, part, bounds)?);
                continue;
            }
            match self.numbering.pattern(part, term)? {
                Pattern::Var(variable) if self.numbering.declared.get(variable).is_some_and(|one| !one.glob) => {
                    self.groups.push(variable);
                }
                _ => return Err(self.error(term, "a Group names variables of the query that are no Globs, and how many solutions belong together, as an Interval")),
            }
        }
        Ok(Goal::All(Vec::new()))
    }

    /// The test that a term is, if it is one.
    fn test(&mut self, term: &Term) -> Result<Option<Test>, QueryError> {
        let Term::Link(of, parts) = term else { return Ok(None) };
        let two = || {
            let message = "it compares two: write (GreaterThan a b)";
            if parts.len() == 2 { Ok(()) } else { Err(self.error(term, message)) }
        };
        let (what, of) = match *of {
            AtomType::GREATER_THAN => (two().map(|()| What::Greater)?, parts.as_slice()),
            AtomType::LESS_THAN => (two().map(|()| What::Less)?, parts.as_slice()),
            AtomType::EQUAL | AtomType::IDENTICAL | AtomType::EXCLUSIVE => {
                if parts.len() < 2 {
                    return Err(self.error(term, "it compares two or more"));
                }
                let what = match *of {
                    AtomType::EQUAL => What::Equal,
                    AtomType::IDENTICAL => What::Identical,
                    _ => What::Different,
                };
                (what, parts.as_slice())
            }
            AtomType::TRUE | AtomType::FALSE if parts.is_empty() => {
                (What::Said(*of == AtomType::TRUE), parts.as_slice())
            }
            AtomType::TRUE | AtomType::FALSE => return Err(self.error(term, "it takes nothing")),
            AtomType::TYPED_VARIABLE => return self.of_type(term, parts).map(Some),
            AtomType::EVALUATION => {
                let [Term::Node(AtomType::GROUNDED_PREDICATE, name), arguments] = parts.as_slice() else {
                    return Ok(None);
                };
                (What::Function(Arc::clone(name)), list_or_one(arguments))
            }
            _ => return Ok(None),
        };
        self.numbering.computed = true;
        let of = self.numbering.patterns(of, term);
        self.numbering.computed = false;
        Ok(Some(Test { what, of: of?, negated: false, lenient: self.lenient }))
    }
}

impl Reader<'_> {
    /// `(TypedVariable variable type)` as a clause: what the variable stands for is of the type.
    fn of_type(&mut self, term: &Term, parts: &[Term]) -> Result<Test, QueryError> {
        let [variable, form] = parts else {
            return Err(self.error(term, "as a clause it takes a variable and its type"));
        };
        check_form(self.numbering.types, form)?;
        let form = Term::Link(AtomType::QUOTE, vec![form.clone()]);
        let of = vec![self.numbering.pattern(variable, term)?, self.numbering.pattern(&form, term)?];
        let what = What::Function(super::functions::IS_OF_TYPE.into());
        Ok(Test { what, of, negated: false, lenient: self.lenient })
    }
}

/// What is denied twice, and so is said.
enum Twice<'t> {
    Clause(&'t Term),
    Present(&'t Term),
}

fn twice_negated(term: &Term) -> Option<Twice<'_>> {
    let Term::Link(AtomType::NOT, parts) = term else { return None };
    match parts.as_slice() {
        [Term::Link(AtomType::NOT, within)] => match within.as_slice() {
            [clause] => Some(Twice::Clause(clause)),
            _ => None,
        },
        [Term::Link(AtomType::ABSENT, within)] => match within.as_slice() {
            [pattern] => Some(Twice::Present(pattern)),
            _ => None,
        },
        _ => None,
    }
}

/// The arguments of a function: the parts of a List, or one atom.
pub(super) fn list_or_one(term: &Term) -> &[Term] {
    match term {
        Term::Link(AtomType::LIST, parts) => parts,
        one => std::slice::from_ref(one),
    }
}

/// What must all hold.
#[derive(Clone, Debug, Default)]
pub(super) struct Branch {
    pub(super) present: Vec<(Pattern, Clause)>,
    pub(super) tests: Vec<(Test, Clause)>,
    pub(super) never: Vec<(Vec<Branch>, Clause)>,
}

impl Branch {
    pub(super) fn joined(&self, other: &Self) -> Self {
        let mut out = self.clone();
        out.present.extend(other.present.iter().cloned());
        out.tests.extend(other.tests.iter().cloned());
        out.never.extend(other.never.iter().cloned());
        out
    }

    /// The variables that something in it gives a value to or asks for.
    pub(super) fn variables(&self) -> Vec<usize> {
        let mut found = Vec::new();
        self.present.iter().for_each(|(pattern, _)| pattern.variables(&mut found));
        self.tests.iter().flat_map(|(test, _)| &test.of).for_each(|part| part.variables(&mut found));
        for branch in self.never.iter().flat_map(|(branches, _)| branches) {
            found.extend(branch.variables());
        }
        found.sort_unstable();
        found.dedup();
        found
    }
}

/// A goal as branches of which any must hold.
pub(super) fn branches(goal: &Goal) -> Result<Vec<Branch>, QueryError> {
    let out = match goal {
        Goal::Present(pattern, clause) => {
            let one = |pattern| Branch { present: vec![(pattern, *clause)], ..Branch::default() };
            if pattern.has_choice() {
                pattern.alternatives(MOST_BRANCHES)?.into_iter().map(one).collect()
            } else {
                vec![one(pattern.clone())]
            }
        }
        Goal::Test(test, clause) => vec![Branch { tests: vec![(test.clone(), *clause)], ..Branch::default() }],
        Goal::Never(goal, clause) => {
            vec![Branch { never: vec![(branches(goal)?, *clause)], ..Branch::default() }]
        }
        Goal::Any(goals) => {
            let mut all = Vec::new();
            for goal in goals {
                all.extend(branches(goal)?);
            }
            all
        }
        Goal::All(goals) => {
            let mut all = vec![Branch::default()];
            for goal in goals {
                let more = branches(goal)?;
                if all.len() * more.len() > MOST_BRANCHES {
                    return Err(QueryError::Branches(MOST_BRANCHES));
                }
                all = all.iter().flat_map(|begun| more.iter().map(|more| begun.joined(more))).collect();
            }
            all
        }
    };
    if out.len() > MOST_BRANCHES { Err(QueryError::Branches(MOST_BRANCHES)) } else { Ok(out) }
}

/// The variables that stand in a clause that is not negated, and not in an `Always` either.
pub(super) fn asserted_names(types: &crate::space::Types, clause: &Term, found: &mut Vec<Arc<str>>) {
    match (twice_negated(clause), clause) {
        (Some(Twice::Clause(clause)), _) => return asserted_names(types, clause, found),
        (Some(Twice::Present(pattern)), _) => {
            found.extend(free_names(types, pattern).into_iter().map(|(name, _)| name));
            return;
        }
        _ => {}
    }
    match clause {
        Term::Link(AtomType::NOT | AtomType::ABSENT | AtomType::ALWAYS | AtomType::GROUP, _) => {}
        Term::Link(
            AtomType::AND | AtomType::SEQUENTIAL_AND | AtomType::OR | AtomType::SEQUENTIAL_OR | AtomType::CHOICE,
            parts,
        ) => parts.iter().for_each(|part| asserted_names(types, part, found)),
        other => found.extend(free_names(types, other).into_iter().map(|(name, _)| name)),
    }
}

/// The variables that stand free in a term and in no quote, in the order of their appearance, with whether they are globs.
pub(super) fn free_names(types: &crate::space::Types, term: &Term) -> Vec<(Arc<str>, bool)> {
    let (mut found, mut bound) = (Vec::new(), Vec::new());
    collect(types, term, 0, &mut bound, &mut found);
    found
}

fn collect(
    types: &crate::space::Types,
    term: &Term,
    quotes: usize,
    bound: &mut Vec<Arc<str>>,
    found: &mut Vec<(Arc<str>, bool)>,
) {
    use super::term::is_declaration;
    match term {
        Term::Atom(_) | Term::Node(..) => {}
        Term::Variable(name) | Term::Glob(name) => {
            if quotes == 0 && !bound.contains(name) && !found.iter().any(|known| known.0 == *name) {
                found.push((Arc::clone(name), matches!(term, Term::Glob(_))));
            }
        }
        Term::Link(of, parts) => {
            let before = bound.len();
            let quotes = match *of {
                AtomType::QUOTE => quotes + 1,
                AtomType::UNQUOTE => quotes.saturating_sub(1),
                _ => quotes,
            };
            if quotes == 0 && types.is_scope(*of) {
                match parts.first().filter(|first| is_declaration(types, first)) {
                    Some(declaration) => super::pattern::names_in(declaration, bound),
                    None => return,
                }
            }
            // A local quote takes the scope out of what stands in it.
            let parts = match parts.as_slice() {
                [Term::Link(_, parts)] if *of == AtomType::LOCAL_QUOTE => parts,
                _ => parts,
            };
            for part in parts {
                collect(types, part, quotes, bound, found);
            }
            bound.truncate(before);
        }
    }
}

//! Queries: read from atoms, from text, or written in Rust.

use super::declare::{Declared, check_form, declared};
use super::define::{Expanded, expanded};
use super::error::QueryError;
use super::execute::is_query;
use super::goal::{Branch, Clause, Reader, Test, asserted_names, branches, free_names};
use super::pattern::{Numbering, Pattern};
use super::term::{DEPTH, Term, is_declaration, too_deep};
use crate::space::{AtomType, Handle, Space, Types};
use std::sync::Arc;

/// What is done with the solutions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// They are the answer.
    Get,
    /// Templates are filled with them.
    Rewrite,
    /// It is asked whether there are any.
    Satisfaction,
    /// The atoms that contain them, as the type of the query says.
    Join(AtomType),
}

/// A query, which can be asked of any space that knows its types.
///
/// ```
/// use oriel_atomspace::query::{Bounds, Query, link, node, var};
/// use oriel_atomspace::space::{AtomType, Space};
/// let mut space = Space::new();
/// space.load(r#"(Member (Concept "cart") (Concept "shop")) (Member (Concept "till") (Concept "shop"))"#)?;
/// let body = link(AtomType::MEMBER, [var("$what"), node(AtomType::CONCEPT, "shop")]);
/// let query = Query::get(space.types(), &[var("$what")], &body)?;
/// let names: Vec<String> = query
///     .prepare(&space)?
///     .solutions(Bounds::default())
///     .map(|found| Ok(space.show(found?.atom(0))))
///     .collect::<Result<_, oriel_atomspace::query::Stopped>>()?;
/// assert_eq!(names, [r#"(Concept "cart")"#, r#"(Concept "till")"#]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Query {
    pub(super) kind: Kind,
    /// First those that solutions have a column for; then those that stand in negated clauses alone.
    pub(super) declared: Vec<Declared>,
    pub(super) columns: usize,
    pub(super) branches: Vec<Branch>,
    /// What must hold in every solution.
    pub(super) always: Vec<(Vec<Branch>, Clause)>,
    pub(super) rewrites: Vec<Pattern>,
    pub(super) clauses: Vec<Term>,
    /// Whether it calls functions.
    pub(super) calls: bool,
    /// The variables whose values say which solutions belong together: an `Always` holds for each group by itself.
    pub(super) groups: Vec<usize>,
    /// How many solutions belong together at least and at most.
    pub(super) group_size: Option<(usize, usize)>,
    /// What the atoms must be that a join gives.
    pub(super) tops: Vec<Term>,
    /// Whether it has variables that are definitions' own, so that a solution may come up for several values of those.
    pub(super) local: bool,
}

impl Query {
    /// A query for the solutions of a body. Where nothing is declared, the free variables of the body are, in the order
    /// of their appearance.
    pub fn get(types: &Types, declarations: &[Term], body: &Term) -> Result<Self, QueryError> {
        Self::new(types, Kind::Get, declarations, body, &[], &[])
    }

    /// A query that writes templates, filled with each solution.
    pub fn rewrite(types: &Types, declarations: &[Term], body: &Term, templates: &[Term]) -> Result<Self, QueryError> {
        Self::new(types, Kind::Rewrite, declarations, body, templates, &[])
    }

    fn new(
        types: &Types,
        kind: Kind,
        declarations: &[Term],
        body: &Term,
        templates: &[Term],
        locals: &[Term],
    ) -> Result<Self, QueryError> {
        if [body].into_iter().chain(declarations).chain(templates).any(too_deep) {
            let message = format!("it has more than {DEPTH} brackets open at a time");
            return Err(QueryError::form("the query", message));
        }
        let declared = match declarations {
            [] => {
                let mut free = free_names(types, body);
                free.retain(|(name, _)| !locals.iter().any(|local| local.variable() == Some(name)));
                free.iter().map(|(name, glob)| Declared::free(name, *glob)).collect()
            }
            [only] => declared(types, only)?,
            several => declared(types, &Term::Link(AtomType::VARIABLE_LIST, several.to_vec()))?,
        };
        let (mut declared, columns) = columns_first(types, declared, body, templates);
        for local in locals {
            let glob = matches!(local, Term::Glob(_));
            declared.extend(local.variable().map(|name| Declared::free(name, glob)));
        }
        let mut reader = Reader::new(Numbering::new(types, &declared));
        let goal = reader.goal(body, true)?;
        reader.numbering.computed = true;
        // Nothing could give it a value where nothing is asked.
        reader.numbering.loose =
            declared.is_empty() && matches!(body, Term::Link(AtomType::AND, all) if all.is_empty());
        let rewrites: Result<_, _> =
            templates.iter().map(|template| reader.numbering.pattern(template, template)).collect();
        let rewrites = rewrites?;
        let always: Result<_, _> = reader
            .always
            .iter()
            .map(|(goal, clause)| Ok((branches(goal)?, *clause)))
            .collect::<Result<_, QueryError>>();
        let (always, clauses): (Vec<_>, _) = (always?, reader.clauses);
        let (groups, group_size, opened) = (reader.groups, reader.group_size, reader.numbering.opened);
        let idle = always.is_empty() && group_size.is_none();
        if groups.iter().any(|variable| *variable >= columns) || (idle && !groups.is_empty()) {
            let message = "a Group says for which solutions an Always holds, or how many belong together: it names variables \
                           that have a value in each, and stands beside an Always, or has an Interval";
            return Err(QueryError::form(body.show(types), message));
        }
        for variable in opened {
            declared.get_mut(variable).into_iter().for_each(|declared| declared.open = true);
        }
        let mut branches = branches(&goal)?;
        for branch in &mut branches {
            go_through(branch, declared.get(..columns).unwrap_or_default());
        }
        let mut query = Self {
            calls: false,
            kind,
            branches,
            always,
            rewrites,
            clauses,
            declared,
            columns,
            groups,
            group_size,
            tops: Vec::new(),
            local: !locals.is_empty(),
        };
        query.check_globs(types)?;
        query.calls = !query.predicates().is_empty() || query.computed().iter().any(|(pattern, _)| pattern.calls());
        Ok(query)
    }

    /// The query that a term is.
    pub fn of_term(types: &Types, term: &Term) -> Result<Self, QueryError> {
        Self::with_locals(types, term, &[])
    }

    pub(super) fn of_expanded(types: &Types, expanded: &Expanded) -> Result<Self, QueryError> {
        Self::with_locals(types, &expanded.term, &expanded.locals)
    }

    fn with_locals(types: &Types, term: &Term, locals: &[Term]) -> Result<Self, QueryError> {
        let wrong = |message: &str| Err(QueryError::form(term.show(types), message));
        let Term::Link(of, parts) = term else { return wrong("a query is a link, such as (Get variables body)") };
        let kind = match *of {
            AtomType::GET | AtomType::MEET | AtomType::SATISFYING_SET => Kind::Get,
            AtomType::BIND | AtomType::QUERY | AtomType::RULE => Kind::Rewrite,
            AtomType::SATISFACTION => Kind::Satisfaction,
            of if types.is_a(of, AtomType::JOIN) => Kind::Join(of),
            _ => return wrong("this is no query: write Get, Meet, Bind, Query, Satisfaction, or one of the joins"),
        };
        if let Kind::Join(_) = kind {
            return Self::join(types, kind, parts);
        }
        let (declarations, rest) = match parts.split_first() {
            Some((first, rest)) if !rest.is_empty() && is_declaration(types, first) => {
                (std::slice::from_ref(first), rest)
            }
            _ => (&[][..], parts.as_slice()),
        };
        match (kind, rest) {
            (Kind::Rewrite, [_]) => wrong("it lacks what to write: (Bind variables body template)"),
            (Kind::Rewrite, [body, templates @ ..]) => Self::new(types, kind, declarations, body, templates, locals),
            (_, [body]) => Self::new(types, kind, declarations, body, &[], locals),
            _ => wrong("a query has variables, if it declares them, and one body"),
        }
    }

    /// A join: its parts are what is to be contained, but for types, which say what the containing atoms must be, and for
    /// replacements, which become pairs of templates. A declared variable that stands in no clause is to be contained too.
    fn join(types: &Types, kind: Kind, parts: &[Term]) -> Result<Self, QueryError> {
        const TYPES: [AtomType; 6] = [
            AtomType::TYPE,
            AtomType::TYPE_INH,
            AtomType::DEFINED_TYPE,
            AtomType::TYPE_CHOICE,
            AtomType::TYPE_SET,
            AtomType::SIGNATURE,
        ];
        let first = parts.first().filter(|first| is_declaration(types, first));
        let rest = parts.get(usize::from(first.is_some())..).unwrap_or_default();
        let (replacements, rest): (Vec<&Term>, Vec<&Term>) =
            rest.iter().partition(|part| matches!(part, Term::Link(AtomType::REPLACEMENT, _)));
        let mut replaced = Vec::new();
        for replacement in replacements {
            let [_, _] = replacement.parts() else {
                let message = "a Replacement has what is found and what stands in its place";
                return Err(QueryError::form(replacement.show(types), message));
            };
            replaced.extend_from_slice(replacement.parts());
        }
        let of_type = |part: &&Term| matches!(part, Term::Node(of, _) | Term::Link(of, _) if TYPES.contains(of));
        let (tops, clauses): (Vec<&Term>, Vec<&Term>) = rest.into_iter().partition(of_type);
        for top in &tops {
            check_form(types, top)?;
        }
        let mut body: Vec<Term> = clauses.into_iter().cloned().collect();
        let known: Vec<_> = body.iter().flat_map(|clause| free_names(types, clause)).collect();
        for variable in first.map(|first| declared(types, first)).transpose()?.unwrap_or_default() {
            if !known.iter().any(|(name, _)| *name == variable.name) {
                body.push(if variable.glob { Term::Glob(variable.name) } else { Term::Variable(variable.name) });
            }
        }
        if body.is_empty() {
            let message = "it does not say what is to be contained: write (MinimalJoin (Concept …) (Concept …))";
            return Err(QueryError::form(Term::Link(AtomType::JOIN, parts.to_vec()).show(types), message));
        }
        let body = match body.as_slice() {
            [one] => one.clone(),
            _ => Term::Link(AtomType::AND, body),
        };
        let declarations = first.map(std::slice::from_ref).unwrap_or_default();
        let mut query = Self::new(types, kind, declarations, &body, &replaced, &[])?;
        query.tops = tops.into_iter().cloned().collect();
        Ok(query)
    }

    /// The query that an atom of a space is. It can be asked of other spaces, too. The predicates that its clauses name are
    /// those that this space defines.
    pub fn read(space: &Space, atom: Handle) -> Result<Self, QueryError> {
        match Term::of_atom(space, atom) {
            Some(term) => Self::of_expanded(space.types(), &expanded(space, term)?),
            None => Err(unreadable(space, atom)),
        }
    }

    /// The query that a text gives last, without adding anything to a space: a clause that has no variable is asked, and
    /// not true by being written down. It names no defined predicates; see [`Query::parse_in`] for those.
    pub fn parse(types: &Types, text: &str) -> Result<Self, QueryError> {
        let (apart, last) = parsed(types, text)?;
        Self::read(&apart, last)
    }

    /// The same, where the predicates that its clauses name are those that a space defines. What is computed, such as a
    /// `Plus`, `Put` or `Filter`, is a query too: one without clauses, whose template it is.
    ///
    /// ```
    /// use oriel_atomspace::query::{Bounds, Query};
    /// use oriel_atomspace::space::Space;
    /// let mut space = Space::new();
    /// space.load(r#"
    ///     (Define (DefinedPredicate "shop") (Lambda (Variable "$x") (Member (Variable "$x") (Concept "shop"))))
    ///     (Member (Concept "cart") (Concept "shop"))
    /// "#)?;
    /// let query = Query::parse_in(&space, r#"(Get (Evaluation (DefinedPredicate "shop") (Variable "$y")))"#)?;
    /// assert_eq!(query.prepare(&space)?.solutions(Bounds::default()).count(), 1);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn parse_in(space: &Space, text: &str) -> Result<Self, QueryError> {
        let (apart, last) = parsed(space.types(), text)?;
        let term = Term::of_atom(&apart, last).ok_or_else(|| unreadable(&apart, last))?;
        match term {
            Term::Link(of, _) if is_query(space, of) || of == AtomType::RULE => {
                Self::of_expanded(space.types(), &expanded(space, term)?)
            }
            term if is_computed(&term) => Self::computation(space.types(), &term),
            term => {
                let message = "a query is a link, such as (Get variables body): this is neither a query nor something to be \
                               computed";
                Err(QueryError::form(term.show(space.types()), message))
            }
        }
    }

    /// Something that is computed: a query without clauses that writes it.
    pub(super) fn computation(types: &Types, term: &Term) -> Result<Self, QueryError> {
        let nothing = Term::Link(AtomType::AND, Vec::new());
        let none = [Term::Link(AtomType::VARIABLE_LIST, Vec::new())];
        let mut query = Self::rewrite(types, &none, &nothing, std::slice::from_ref(term))?;
        query.branches = vec![Branch::default()];
        query.clauses = Vec::new();
        Ok(query)
    }

    /// Whether it has no clauses, but is something that is computed.
    #[must_use]
    pub fn is_computation(&self) -> bool {
        self.kind == Kind::Rewrite && self.clauses.is_empty() && self.declared.is_empty()
    }

    /// What is done with the solutions.
    #[must_use]
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// The names of the variables, in the order of a solution's columns. A variable that stands in no clause but negated
    /// ones has none.
    pub fn variables(&self) -> impl Iterator<Item = &str> {
        self.declared.iter().take(self.columns).map(|declared| declared.name.as_ref())
    }

    /// The column of a variable.
    #[must_use]
    pub fn column(&self, name: &str) -> Option<usize> {
        self.variables().position(|known| known == name)
    }

    pub(super) fn clause_shown(&self, types: &Types, clause: Clause) -> String {
        self.clauses.get(clause).map(|term| term.show(types)).unwrap_or_default()
    }

    /// All branches, those of clauses that must not hold included.
    fn all_branches(&self) -> Vec<&Branch> {
        let mut open: Vec<&Branch> = self.branches.iter().collect();
        open.extend(self.always.iter().flat_map(|(branches, _)| branches));
        let mut all = Vec::new();
        while let Some(branch) = open.pop() {
            open.extend(branch.never.iter().flat_map(|(branches, _)| branches));
            all.push(branch);
        }
        all
    }

    /// The patterns of which something is computed, each with its clause if it is in one.
    pub(super) fn computed(&self) -> Vec<(&Pattern, Option<Clause>)> {
        let mut all: Vec<_> = self.rewrites.iter().map(|pattern| (pattern, None)).collect();
        for (test, clause) in self.all_branches().into_iter().flat_map(|branch| &branch.tests) {
            all.extend(test.of.iter().map(|pattern| (pattern, Some(*clause))));
        }
        all
    }

    /// All patterns, each with its clause if it is in one.
    pub(super) fn patterns(&self) -> Vec<(&Pattern, Option<Clause>)> {
        let mut all = self.computed();
        for branch in self.all_branches() {
            all.extend(branch.present.iter().map(|(pattern, clause)| (pattern, Some(*clause))));
        }
        all
    }

    /// The registered predicates that are asked, with their clauses.
    pub(super) fn predicates(&self) -> Vec<(Arc<str>, Clause)> {
        let mut all = Vec::new();
        for (test, clause) in self.all_branches().into_iter().flat_map(|branch| &branch.tests) {
            if let super::goal::What::Function(name) = &test.what {
                all.push((Arc::clone(name), *clause));
            }
        }
        all
    }

    /// An unordered link has one glob at most: several would share its atoms out in every possible way.
    fn check_globs(&self, types: &Types) -> Result<(), QueryError> {
        let glob = |pattern: &Pattern| match pattern {
            Pattern::Var(variable) => self.declared.get(*variable).is_some_and(|declared| declared.glob),
            Pattern::Bound(bound) => bound.glob,
            _ => false,
        };
        for (pattern, clause) in self.patterns() {
            let mut open = vec![pattern];
            while let Some(pattern) = open.pop() {
                if let (Pattern::Var(_), Some(clause)) = (pattern, clause)
                    && glob(pattern)
                    && self.clause_is(clause, pattern)
                {
                    let clause = self.clause_shown(types, clause);
                    return Err(QueryError::form(clause, "a Glob stands in a link, not for a whole clause"));
                }
                let (Pattern::Link(of, parts) | Pattern::Quoted(of, parts)) = pattern else { continue };
                if types.is_unordered(*of) && parts.iter().filter(|part| glob(part)).count() > 1 {
                    let clause = clause.map(|clause| self.clause_shown(types, clause)).unwrap_or_default();
                    return Err(QueryError::form(clause, "an unordered link has one Glob at most"));
                }
                open.extend(parts);
            }
        }
        Ok(())
    }

    /// Whether a clause is nothing but this pattern.
    fn clause_is(&self, clause: Clause, pattern: &Pattern) -> bool {
        let whole = |(other, of): &(Pattern, Clause)| *of == clause && other == pattern;
        self.all_branches().into_iter().any(|branch| branch.present.iter().any(whole))
    }
}

/// Lets a variable that stands in nothing but tests go through the atoms of the types that are declared of it.
fn go_through(branch: &mut Branch, declared: &[Declared]) {
    if branch.tests.is_empty() {
        return;
    }
    let mut given = Vec::new();
    branch.present.iter().for_each(|(pattern, _)| pattern.variables(&mut given));
    for (test, _) in branch.tests.iter().filter(|(test, _)| test.gives()) {
        given.extend(
            test.of.iter().filter_map(|side| if let Pattern::Var(variable) = side { Some(*variable) } else { None }),
        );
    }
    for (variable, _) in
        declared.iter().enumerate().filter(|(_, declared)| !declared.glob && !declared.forms.is_empty())
    {
        let asked = |(test, _): &&(Test, Clause)| {
            let mut found = Vec::new();
            test.of.iter().for_each(|part| part.variables(&mut found));
            found.contains(&variable)
        };
        if !given.contains(&variable)
            && let Some((_, clause)) = branch.tests.iter().find(asked)
        {
            branch.present.push((Pattern::Var(variable), *clause));
        }
    }
}

/// The atom that a text gives last, in a space of its own.
fn parsed(types: &Types, text: &str) -> Result<(Space, Handle), QueryError> {
    let mut apart = Space::with_types(types);
    let last = apart.load(text)?.last;
    if apart.types().declared().count() != types.declared().count() {
        return Err(QueryError::form("the text", "a query declares no types: declare them in the space that is asked"));
    }
    match last {
        Some(atom) => Ok((apart, atom)),
        None => Err(QueryError::form("the text", "there is no query in it")),
    }
}

/// Whether something in a term is computed.
fn is_computed(term: &Term) -> bool {
    match term {
        Term::Link(AtomType::QUOTE, _) => true,
        Term::Link(of, parts) => super::compute::is_computed(*of) || parts.iter().any(is_computed),
        _ => false,
    }
}

/// Why an atom cannot be read as a term.
pub(super) fn unreadable(space: &Space, atom: Handle) -> QueryError {
    let message = if space.contains(atom) {
        "it has more than 65,536 parts, or more than 200 brackets open at a time"
    } else {
        "there is no such atom in this space"
    };
    QueryError::form(format!("atom {atom}"), message)
}

/// The declared variables, those first that have a column, and how many have one.
fn columns_first(types: &Types, declared: Vec<Declared>, body: &Term, templates: &[Term]) -> (Vec<Declared>, usize) {
    let mut asserted = Vec::new();
    asserted_names(types, body, &mut asserted);
    for template in templates {
        asserted.extend(free_names(types, template).into_iter().map(|(name, _)| name));
    }
    let (mut first, last): (Vec<_>, Vec<_>) = declared.into_iter().partition(|one| asserted.contains(&one.name));
    let columns = first.len();
    first.extend(last);
    (first, columns)
}

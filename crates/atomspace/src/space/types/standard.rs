//! The types that every space begins with: those of Atomese whose meaning is the same here.

use super::{AtomType, Types};

impl AtomType {
    /// The last of the types that were standard from the beginning. Those after it give way where a space declares their name, as
    /// it may have done before they were standard. New ones are added at the end.
    pub(super) const LAST_OF_THE_FIRST: Self = Self::SET_VALUE;
}

macro_rules! standard {
    ($($(#[$doc:meta])* $constant:ident $name:literal $sort:ident ($($parent:ident)*) $($unordered:ident)?;)*) => {
        #[allow(non_camel_case_types, clippy::upper_case_acronyms, reason = "only counts the constants below")]
        enum Position { Before, $($constant),* }

        impl AtomType {
            $($(#[$doc])* pub const $constant: Self = Self::new(Position::$constant as u16, standard!(@link $sort));)*
        }

        /// A registry of the standard types.
        pub(super) fn types() -> Types {
            debug_assert_eq!(Position::Before as u16, 0, "position 0 is that of no type");
            let mut types = Types::empty();
            $(
                let id = types.add($name, standard!(@link $sort), &[$(AtomType::$parent),*], standard!(@unordered $($unordered)?));
                debug_assert_eq!(id, AtomType::$constant);
            )*
            types.standard = types.all.len();
            types
        }
    };
    (@link node) => { false };
    (@link link) => { true };
    (@unordered unordered) => { true };
    (@unordered) => { false };
}

standard! {
    /// Every node.
    NODE "Node" node ();
    /// Every link.
    LINK "Link" link ();
    /// Links whose order says something; all but the unordered ones.
    ORDERED "Ordered" link (LINK);
    /// Links that are equal in whatever order they join their atoms.
    UNORDERED "Unordered" link (LINK) unordered;

    /// A thing or a class of things.
    CONCEPT "Concept" node (NODE);
    /// The name of a relation.
    PREDICATE "Predicate" node (NODE);
    /// The name of a procedure.
    SCHEMA "Schema" node (NODE);
    /// A number, or several; named by them, so that equal numbers are one atom.
    NUMBER "Number" node (NODE);
    /// A variable of a pattern.
    VARIABLE "Variable" node (NODE);
    /// A variable that stands for any number of atoms.
    GLOB "Glob" node (VARIABLE);
    /// The name of a type.
    TYPE "Type" node (NODE);
    /// The name of a type, standing for it and all that inherit from it.
    TYPE_INH "TypeInh" node (TYPE);
    /// A place to hang other atoms from.
    ANCHOR "Anchor" node (NODE);
    /// The name of a definition that stands for an atom.
    DEFINED_SCHEMA "DefinedSchema" node (SCHEMA);
    /// The name of a definition that stands for a relation.
    DEFINED_PREDICATE "DefinedPredicate" node (PREDICATE);
    /// A procedure of the host.
    GROUNDED_SCHEMA "GroundedSchema" node (SCHEMA);
    /// A relation that the host computes.
    GROUNDED_PREDICATE "GroundedPredicate" node (PREDICATE);
    /// Something seen, before it is known what it is.
    OBJECT "Object" node (NODE);
    /// A piece of text as it was read.
    PHRASE "Phrase" node (NODE);
    /// A word.
    WORD "Word" node (NODE);
    /// A value that is known by its name.
    ITEM "Item" node (NODE);

    /// An ordered list.
    LIST "List" link (ORDERED);
    /// A set; equal in whatever order.
    SET "Set" link (UNORDERED);
    /// A relation between atoms, without a truth of its own.
    EDGE "Edge" link (ORDERED);
    /// A predicate applied to its arguments.
    EVALUATION "Evaluation" link (EDGE);
    /// An element and its class.
    MEMBER "Member" link (ORDERED);
    /// A subclass and its class, both by their elements.
    SUBSET "Subset" link (ORDERED);
    /// A special concept and its general one.
    INHERITANCE "Inheritance" link (ORDERED);
    /// Two concepts that mean much the same.
    SIMILARITY "Similarity" link (UNORDERED);
    /// If, then.
    IMPLICATION "Implication" link (ORDERED);
    /// If and only if.
    EQUIVALENCE "Equivalence" link (UNORDERED);
    /// All of the joined atoms.
    AND "And" link (UNORDERED);
    /// Any of the joined atoms.
    OR "Or" link (UNORDERED);
    /// Not the joined atom.
    NOT "Not" link (ORDERED);
    /// Each in turn, until one does not hold.
    SEQUENTIAL_AND "SequentialAnd" link (ORDERED);
    /// Each in turn, until one holds.
    SEQUENTIAL_OR "SequentialOr" link (ORDERED);
    /// Must be there.
    PRESENT "Present" link (UNORDERED);
    /// Must not be there.
    ABSENT "Absent" link (UNORDERED);
    /// One of the joined patterns.
    CHOICE "Choice" link (UNORDERED);
    /// Must hold in every solution.
    ALWAYS "Always" link (ORDERED);
    /// A procedure, its arguments, its result.
    EXECUTION "Execution" link (ORDERED);
    /// A procedure with its arguments, to be carried out.
    EXECUTION_OUTPUT "ExecutionOutput" link (ORDERED);
    /// An atom and its one state: setting it replaces the one before.
    STATE "State" link (ORDERED);
    /// A name and its one definition.
    DEFINE "Define" link (ORDERED);
    /// Variables and a body.
    LAMBDA "Lambda" link (ORDERED);
    /// Variables, a pattern and what to write.
    BIND "Bind" link (ORDERED);
    /// Variables and a pattern.
    GET "Get" link (ORDERED);
    /// A template and what to put into it.
    PUT "Put" link (ORDERED);
    /// Variables, patterns and rewrites.
    QUERY "Query" link (ORDERED);
    /// Variables and a pattern whose solutions matter.
    MEET "Meet" link (ORDERED);
    /// Variables and a pattern: whether there is a solution.
    SATISFACTION "Satisfaction" link (ORDERED);
    /// An atom, to find the patterns that it matches.
    DUAL "Dual" link (ORDERED);
    /// Variables and a pattern: the atoms that contain the solutions.
    JOIN "Join" link (ORDERED);
    /// Of the atoms that contain the solutions, those that contain no other.
    MINIMAL_JOIN "MinimalJoin" link (JOIN);
    /// Of the atoms that contain the solutions, those that no other contains.
    MAXIMAL_JOIN "MaximalJoin" link (JOIN);
    /// All atoms that contain the solutions.
    UPPER_SET "UpperSet" link (JOIN);
    /// A pattern, or a rule, and the atoms to be held against it.
    FILTER "Filter" link (ORDERED);
    /// Variables, a pattern, and what to write.
    RULE "Rule" link (ORDERED);
    /// Declared variables, in order.
    VARIABLE_LIST "VariableList" link (LIST);
    /// Declared variables, in no order.
    VARIABLE_SET "VariableSet" link (SET);
    /// A variable and what it may stand for.
    TYPED_VARIABLE "TypedVariable" link (ORDERED);
    /// One of several types.
    TYPE_CHOICE "TypeChoice" link (UNORDERED);
    /// All of several restrictions.
    TYPE_SET "TypeSet" link (UNORDERED);
    /// The form that an atom must have.
    SIGNATURE "Signature" link (ORDERED);
    /// Arguments' types and the result's.
    ARROW "Arrow" link (ORDERED);
    /// How many atoms a variable stands for.
    INTERVAL "Interval" link (ORDERED);
    /// Not to be carried out.
    QUOTE "Quote" link (ORDERED);
    /// To be carried out within a quote.
    UNQUOTE "Unquote" link (ORDERED);
    /// Not to be taken as a scope.
    LOCAL_QUOTE "LocalQuote" link (ORDERED);
    /// What holds in a context.
    CONTEXT "Context" link (ORDERED);
    /// The elements that a description selects.
    SATISFYING_SET "SatisfyingSet" link (ORDERED);
    /// The same, once all that can be is computed.
    EQUAL "Equal" link (UNORDERED);
    /// The same atom, with nothing computed.
    IDENTICAL "Identical" link (UNORDERED);
    /// The first number is greater.
    GREATER_THAN "GreaterThan" link (ORDERED);
    /// The first number is less.
    LESS_THAN "LessThan" link (ORDERED);
    /// A sum.
    PLUS "Plus" link (ORDERED);
    /// A difference.
    MINUS "Minus" link (ORDERED);
    /// A product.
    TIMES "Times" link (ORDERED);
    /// A quotient.
    DIVIDE "Divide" link (ORDERED);
    /// A condition, what then, and what else.
    COND "Cond" link (ORDERED);
    /// The truth value of an atom.
    TRUTH_VALUE_OF "TruthValueOf" link (ORDERED);
    /// The strength of an atom's truth value, as a number.
    STRENGTH_OF "StrengthOf" link (ORDERED);
    /// The confidence of an atom's truth value, as a number.
    CONFIDENCE_OF "ConfidenceOf" link (ORDERED);
    /// The value of an atom under a key.
    VALUE_OF "ValueOf" link (ORDERED);
    /// To set the value of an atom under a key; no query carries it out.
    SET_VALUE "SetValue" link (ORDERED);

    // What became standard later: see `AtomType::LAST_OF_THE_FIRST`.
    /// Solutions that agree on these variables belong together.
    GROUP "Group" link (UNORDERED);
    /// The greatest of some numbers.
    MAX "Max" link (ORDERED);
    /// The least of some numbers.
    MIN "Min" link (ORDERED);
    /// A number without its sign.
    ABS "Abs" link (ORDERED);
    /// The greatest whole number that is not greater.
    FLOOR "Floor" link (ORDERED);
    /// A number to the power of another.
    POW "Pow" link (ORDERED);
    /// The logarithm to the base of two.
    LOG2 "Log2" link (ORDERED);
    /// Two to the power of a number.
    EXP2 "Exp2" link (ORDERED);
    /// The sine of an angle in radians.
    SINE "Sine" link (ORDERED);
    /// The cosine of an angle in radians.
    COSINE "Cosine" link (ORDERED);
    /// The name of a definition that stands for a type.
    DEFINED_TYPE "DefinedType" node (TYPE);
    /// The name of a relation that was found in pairs.
    BOND "Bond" node (NODE);
    /// The side on which a connector connects.
    CONNECTOR_DIR "ConnectorDir" node (NODE);
    /// What always holds.
    TRUE "True" link (ORDERED);
    /// What never holds.
    FALSE "False" link (ORDERED);
    /// Variables and what they are bound in.
    SCOPE "Scope" link (ORDERED);
    /// Variables and what holds of all that they stand for.
    FOR_ALL "ForAll" link (SCOPE);
    /// Variables and what holds of something that they stand for.
    EXISTS "Exists" link (SCOPE);
    /// Variables, if, then.
    IMPLICATION_SCOPE "ImplicationScope" link (SCOPE);
    /// Variables, and what holds if and only if something else does.
    EQUIVALENCE_SCOPE "EquivalenceScope" link (SCOPE);
    /// A special concept and its general one, by their properties.
    INTENSIONAL_INHERITANCE "IntensionalInheritance" link (INHERITANCE);
    /// Two concepts with much the same properties.
    INTENSIONAL_SIMILARITY "IntensionalSimilarity" link (SIMILARITY);
    /// Two concepts with much the same elements.
    EXTENSIONAL_SIMILARITY "ExtensionalSimilarity" link (SIMILARITY);
    /// If, then, by what they imply.
    INTENSIONAL_IMPLICATION "IntensionalImplication" link (IMPLICATION);
    /// If, then, by when they hold.
    EXTENSIONAL_IMPLICATION "ExtensionalImplication" link (IMPLICATION);
    /// A concept and a property that is more usual in it than elsewhere.
    ATTRACTION "Attraction" link (ORDERED);
    /// Two atoms that have something to do with each other.
    ASSOCIATIVE "Associative" link (ORDERED);
    /// How much of something, and in which unit.
    QUANTITY "Quantity" link (ORDERED);
    /// A thing and what it connects to.
    SECTION "Section" link (ORDERED);
    /// Connectors in order.
    CONNECTOR_SEQ "ConnectorSeq" link (ORDERED);
    /// What is connected to, and on which side.
    CONNECTOR "Connector" link (ORDERED);
    /// All of these differ.
    EXCLUSIVE "Exclusive" link (UNORDERED);
    /// In a join: what is found, and what stands in its place.
    REPLACEMENT "Replacement" link (ORDERED);
    /// An atom that is written as it is, and not carried out.
    DONT_EXEC "DontExec" link (ORDERED);
    /// The value of an atom under a key, or what to take where there is none.
    FLOAT_VALUE_OF "FloatValueOf" link (ORDERED);
    /// The value of an atom under a key, or what to take where there is none.
    BOOL_VALUE_OF "BoolValueOf" link (ORDERED);
    /// Elements of several, by their positions, counted from 0.
    ELEMENT_OF "ElementOf" link (ORDERED);
    /// The sum of all numbers in something.
    ACCUMULATE "Accumulate" link (ORDERED);
    /// One for a number that is not below zero, and else zero.
    HEAVISIDE "Heaviside" link (ORDERED);
    /// The tangent of an angle in radians.
    TAN "Tan" link (ORDERED);
    /// Euler's number to the power of a number.
    EXP "Exp" link (ORDERED);
    /// Bools, all of which hold in each place.
    BOOL_AND "BoolAnd" link (ORDERED);
    /// Bools, any of which holds in each place.
    BOOL_OR "BoolOr" link (ORDERED);
    /// The contrary of bools.
    BOOL_NOT "BoolNot" link (ORDERED);
    /// Bools as numbers: one and zero.
    IMPULSE "Impulse" link (ORDERED);
    /// Those of several in whose place a bool holds.
    DECIMATE "Decimate" link (ORDERED);
    /// What something gives, as a set, or as a link of a type that is named first.
    COLLECTION_OF "CollectionOf" link (ORDERED);
    /// How many atoms a link joins.
    ARITY "Arity" link (ORDERED);
    /// Something that is known by what is said of it.
    FEATURE "Feature" node (NODE);
    /// A word, as a grammar has it.
    LEXICAL "Lexical" node (NODE);
    /// An atom and the type that it has.
    TYPED_ATOM "TypedAtom" link (ORDERED);
    /// The keys under which atoms carry values.
    KEYS_OF "KeysOf" link (ORDERED);
    /// The links that join an atom, of one type where that is named.
    INCOMING_OF "IncomingOf" link (ORDERED);
}

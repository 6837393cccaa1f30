//! GitHub's schema, as far as the tests use it, and what a query violates of it.

use super::{Fragments, Text};
use graphql_parser::query::{Definition, Document, Field, OperationDefinition, Selection, SelectionSet, TypeCondition};
use graphql_parser::schema::{Definition as Described, Type, TypeDefinition};
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::OnceLock;

/// The types by their names.
pub(crate) struct Schema {
    types: BTreeMap<String, Kind>,
}

enum Kind {
    Scalar,
    Enum(Vec<String>),
    Input(BTreeMap<String, Type<'static, Text>>),
    Object {
        fields: BTreeMap<String, FieldType>,
        interfaces: Vec<String>,
    },
}

/// What a field takes and gives.
pub(crate) struct FieldType {
    arguments: BTreeMap<String, (Type<'static, Text>, bool)>,
    pub(crate) gives: Type<'static, Text>,
}

/// The schema that is committed beside the tests.
pub(crate) fn schema() -> &'static Schema {
    static SCHEMA: OnceLock<Schema> = OnceLock::new();
    SCHEMA.get_or_init(|| {
        let text = include_str!("../../openapi/schema.graphql");
        let document = graphql_parser::parse_schema::<Text>(text).unwrap().into_static();
        let mut types = BTreeMap::new();
        for name in ["Int", "Float", "String", "Boolean", "ID"] {
            types.insert(name.to_owned(), Kind::Scalar);
        }
        for definition in document.definitions {
            if let Described::TypeDefinition(definition) = definition {
                let (name, kind) = kind(definition);
                types.insert(name, kind);
            }
        }
        Schema { types }
    })
}

fn kind(definition: TypeDefinition<'static, Text>) -> (String, Kind) {
    match definition {
        TypeDefinition::Enum(one) => {
            let values = one.values.into_iter().map(|value| value.name).collect();
            (one.name, Kind::Enum(values))
        }
        TypeDefinition::InputObject(one) => {
            let fields = one.fields.into_iter().map(|field| (field.name, field.value_type));
            (one.name, Kind::Input(fields.collect()))
        }
        TypeDefinition::Object(one) => {
            let fields = one.fields.into_iter().map(field).collect();
            let interfaces = one.implements_interfaces;
            (one.name, Kind::Object { fields, interfaces })
        }
        TypeDefinition::Interface(one) => {
            let fields = one.fields.into_iter().map(field).collect();
            let interfaces = Vec::new();
            (one.name, Kind::Object { fields, interfaces })
        }
        TypeDefinition::Scalar(one) => (one.name, Kind::Scalar),
        TypeDefinition::Union(one) => (one.name, Kind::Scalar),
    }
}

fn field(field: graphql_parser::schema::Field<'static, Text>) -> (String, FieldType) {
    let argument = |one: graphql_parser::schema::InputValue<'static, Text>| {
        (one.name, (one.value_type, one.default_value.is_some()))
    };
    let arguments = field.arguments.into_iter().map(argument).collect();
    let gives = field.field_type;
    (field.name, FieldType { arguments, gives })
}

/// The name of a type without its signs.
pub(crate) fn named<'t>(kind: &'t Type<'_, Text>) -> &'t str {
    match kind {
        Type::NamedType(name) => name,
        Type::ListType(inner) | Type::NonNullType(inner) => named(inner),
    }
}

impl Schema {
    /// What a field of a type takes and gives.
    pub(crate) fn field(&self, of: &str, name: &str) -> Option<&FieldType> {
        match self.types.get(of)? {
            Kind::Object { fields, .. } => fields.get(name),
            _ => None,
        }
    }

    /// Whether an object of one type may stand where another is wanted.
    pub(crate) fn is(&self, object: &str, wanted: &str) -> bool {
        let implements = |kind: &Kind| match kind {
            Kind::Object { interfaces, .. } => interfaces.iter().any(|one| one == wanted),
            _ => false,
        };
        object == wanted || self.types.get(object).is_some_and(implements)
    }

    fn is_object(&self, name: &str) -> bool {
        matches!(self.types.get(name), Some(Kind::Object { .. }))
    }

    /// What is wrong with variables and fragments.
    pub(crate) fn faults(
        &self,
        document: &Document<'_, Text>,
        fragments: &Fragments<'_>,
        variables: &Value,
    ) -> Vec<String> {
        let mut faults = Vec::new();
        for definition in &document.definitions {
            let Definition::Operation(operation) = definition else {
                continue;
            };
            let declared = match operation {
                OperationDefinition::Query(query) => &query.variable_definitions[..],
                OperationDefinition::Mutation(mutation) => &mutation.variable_definitions[..],
                _ => &[],
            };
            for variable in declared {
                let given = &variables[variable.name.as_str()];
                if given.is_null() && variable.default_value.is_some() {
                    continue;
                }
                self.check_value(&variable.var_type, given, &format!("${}", variable.name), &mut faults);
            }
            for name in variables.as_object().into_iter().flat_map(serde_json::Map::keys) {
                if !declared.iter().any(|one| one.name == *name) {
                    faults.push(format!("Variable ${name} is given but not declared"));
                }
            }
        }
        for fragment in fragments.values() {
            let TypeCondition::On(name) = &fragment.type_condition;
            if !self.is_object(name) {
                faults.push(format!("No such type {name}, so it can't be a fragment condition"));
            }
        }
        faults
    }

    fn check_value(&self, kind: &Type<'_, Text>, value: &Value, place: &str, faults: &mut Vec<String>) {
        let name = match kind {
            Type::NonNullType(_) if value.is_null() => {
                return faults.push(format!(
                    "Variable {place} of type {kind} was provided invalid value: null"
                ));
            }
            Type::NonNullType(inner) => return self.check_value(inner, value, place, faults),
            _ if value.is_null() => return,
            Type::ListType(inner) => {
                for item in value.as_array().into_iter().flatten() {
                    self.check_value(inner, item, place, faults);
                }
                return;
            }
            Type::NamedType(name) => name,
        };
        let fits = match (name.as_str(), self.types.get(name)) {
            ("Int", _) => value.as_i64().is_some_and(|number| i32::try_from(number).is_ok()),
            ("Boolean", _) => value.is_boolean(),
            ("String" | "ID", _) => value.is_string(),
            (_, Some(Kind::Enum(values))) => value.as_str().is_some_and(|text| values.iter().any(|one| one == text)),
            (_, Some(Kind::Input(fields))) => {
                for (field, kind) in fields {
                    self.check_value(kind, &value[field.as_str()], &format!("{place}.{field}"), faults);
                }
                let known = |name: &String| fields.contains_key(name);
                value.as_object().is_some_and(|object| object.keys().all(known))
            }
            (_, kind) => kind.is_some(),
        };
        if !fits {
            faults.push(format!(
                "Variable {place} of type {name} was provided invalid value: {value}"
            ));
        }
    }

    /// What is wrong with what is selected of a type.
    pub(crate) fn faults_of_selection(
        &self,
        of: &str,
        selection: &SelectionSet<'_, Text>,
        fragments: &Fragments<'_>,
    ) -> Vec<String> {
        let mut faults = Vec::new();
        for item in &selection.items {
            match item {
                Selection::Field(field) if field.name == "__typename" => {}
                Selection::Field(field) => faults.extend(self.faults_of_field(of, field, fragments)),
                Selection::FragmentSpread(spread) => match fragments.get(&spread.fragment_name) {
                    Some(fragment) => {
                        let TypeCondition::On(name) = &fragment.type_condition;
                        faults.extend(self.faults_of_selection(name, &fragment.selection_set, fragments));
                    }
                    None => faults.push(format!("Fragment {} was used, but not defined", spread.fragment_name)),
                },
                Selection::InlineFragment(inline) => {
                    let on = inline
                        .type_condition
                        .as_ref()
                        .map(|TypeCondition::On(name)| name.as_str());
                    let on = on.unwrap_or(of);
                    if self.is_object(on) {
                        faults.extend(self.faults_of_selection(on, &inline.selection_set, fragments));
                    } else {
                        faults.push(format!("No such type {on}, so it can't be a fragment condition"));
                    }
                }
            }
        }
        faults
    }

    fn faults_of_field(&self, of: &str, field: &Field<'_, Text>, fragments: &Fragments<'_>) -> Vec<String> {
        let name = &field.name;
        let Some(known) = self.field(of, name) else {
            return vec![format!("Field '{name}' doesn't exist on type '{of}'")];
        };
        let mut faults = Vec::new();
        for (argument, _) in &field.arguments {
            if !known.arguments.contains_key(argument) {
                faults.push(format!("Field '{name}' doesn't accept argument '{argument}'"));
            }
        }
        for (argument, (kind, default)) in &known.arguments {
            let required = matches!(kind, Type::NonNullType(_)) && !default;
            if required && !field.arguments.iter().any(|(given, _)| given == argument) {
                faults.push(format!("Field '{name}' is missing required arguments: {argument}"));
            }
        }
        let gives = named(&known.gives);
        match (self.is_object(gives), field.selection_set.items.is_empty()) {
            (true, true) => faults.push(format!(
                "Field must have selections (field '{name}' returns {gives} but has no selections)"
            )),
            (false, false) => faults.push(format!("Selections can't be made on scalars (field '{name}')")),
            (true, false) => faults.extend(self.faults_of_selection(gives, &field.selection_set, fragments)),
            (false, true) => {}
        }
        faults
    }
}

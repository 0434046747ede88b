// The fields of a page: which of them are kept, how one is found again, and what is in it.

const otherInputs = ['file', 'hidden', 'submit', 'button', 'reset', 'image'];
const secrets = /^(off|one-time-code|current-password|new-password|cc-.*)$/;
const fieldTags = 'input, textarea, select';

/**
 * Whether an element is a field: one of the platform's, or a component with a value such as Fluent UI's, also where that is nothing yet.
 * An item of a menu, which may have a check mark, is a button.
 */
const isField = element => element.matches(fieldTags) || (element.localName.includes('-') && !String(element.role ?? '').startsWith('menuitem')
  && (typeof element.value === 'string' || typeof element.checked === 'boolean' || ((element.value ?? null) === null && element.constructor.formAssociated === true)));

/** The form that a field belongs to, which need not be around it. */
const formOf = field => (field.form instanceof HTMLFormElement ? field.form : field.closest('form'));

const isOfComponent = field => field.localName.includes('-');

/** Whether the circuit has rendered an element, and has a handler there. */
const isHandledByCircuit = element => handlersOf(element).length > 0;
const handlersOf = element => Object.keys(element).filter(key => key.startsWith('_blazorEvents_')).map(key => element[key]);

/** Whether a click is kept from doing what it does in the browser: `@onclick:preventDefault`. */
const staysOnClick = element => handlersOf(element).some(handlers => handlers.preventDefaultFlags?.click);

const typeOf = element => String(element.type ?? element.getAttribute('type') ?? '').toLowerCase();

// A field that ever was one for a password, which a button may show.
const passwords = new WeakSet();
new MutationObserver(changes => changes.forEach(change => change.oldValue?.toLowerCase() === 'password' && passwords.add(change.target)))
  .observe(document, { subtree: true, attributes: true, attributeFilter: ['type'], attributeOldValue: true });

const isPassword = element => typeOf(element) === 'password' || passwords.has(element);

/** Whether what is in a field may be kept. Asked of a component and of the input inside of it, whichever says no. */
function mayBeKept(element) {
  const words = [element, formOf(element)]
    .flatMap(said => (said?.getAttribute('autocomplete') ?? '').toLowerCase().split(' '));
  return !otherInputs.includes(typeOf(element)) && !isPassword(element) && !words.some(word => secrets.test(word))
    && !element.closest('[data-livestash-ignore]') && !element.matches(':disabled') && !element.disabled && !element.readOnly;
}

/** The field that an event is about, where it is one that is kept. The radio buttons of a group are one field: the first of them. */
function fieldOf(event) {
  const [inner] = event.composedPath();
  const element = event.target instanceof HTMLLabelElement ? event.target.control : event.target;
  if (!(element instanceof Element) || !isField(element) || !mayBeKept(element)) {
    return null;
  }

  return inner instanceof Element && inner !== element && inner.matches(fieldTags) && !mayBeKept(inner) ? null : groupOf(element)[0];
}

function groupOf(element) {
  return !isRadio(element) || !element.name
    ? [element]
    : [...element.getRootNode().querySelectorAll('input[type=radio]')].filter(other => other.name === element.name && other.form === element.form);
}

const isRadio = element => element.matches('input[type=radio]');
const isChoice = element => isRadio(element) || element.matches('select') || typeof checkedOf(element) === 'boolean';

/** Of a check box; every input has the property. */
const checkedOf = element => (element.matches('input') && typeOf(element) !== 'checkbox' ? undefined : element.checked);

/** What tells a radio button from the others of its group: its value, or its place where they have none of their own. */
function choiceOf(radio) {
  const group = groupOf(radio);
  return new Set(group.map(other => other.value)).size < group.length ? String(group.indexOf(radio)) : radio.value;
}

/** Whether a check box toggles with each event, whatever that says: Fluent UI's. What it is rendered with says where it is. */
const isToggle = field => ['fluent-checkbox', 'fluent-switch'].includes(field.localName);
const isRendered = field => field.getAttribute('value')?.toLowerCase() === String(field.checked);

/** What is in a field, as one string. */
function valueOf(field) {
  if (isRadio(field)) {
    const chosen = groupOf(field).find(radio => radio.checked);
    return chosen ? choiceOf(chosen) : '';
  }

  if (field.matches('select[multiple]')) {
    return JSON.stringify([...field.selectedOptions].map(option => option.value));
  }

  return String(checkedOf(field) ?? field.value ?? '');
}

/** What was in a field as the page came, of one of the platform's; null where that cannot be known. */
function initialOf(field) {
  if (isRadio(field)) {
    const chosen = groupOf(field).find(radio => radio.defaultChecked);
    return chosen ? choiceOf(chosen) : '';
  }

  if (field.matches('select')) {
    return field.multiple ? null : [...field.options].find(option => option.defaultSelected)?.value ?? field.options[0]?.value ?? '';
  }

  return typeof checkedOf(field) === 'boolean' ? String(field.defaultChecked) : field.defaultValue ?? null;
}

/** Enough to tell the values of one field apart, and nothing of them to read. */
function digest(text) {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }

  return hash >>> 0;
}

/** Puts a value into a field as a user would, past whatever a script has laid over its property. Answers where it went. */
function setValue(field, value) {
  if (isRadio(field)) {
    const radio = groupOf(field).find(other => choiceOf(other) === value);
    radio && setProperty(radio, 'checked', true);
    return radio ?? null;
  }

  if (field.matches('select[multiple]')) {
    const chosen = JSON.parse(value);
    [...field.options].forEach(option => { option.selected = chosen.includes(option.value); });
  } else if (typeof checkedOf(field) === 'boolean') {
    setProperty(field, 'checked', value === 'true');
  } else {
    const shown = valueOf(field);
    setProperty(field, 'value', value);
    if (valueOf(field) !== value) {
      setProperty(field, 'value', shown);
    }
  }

  return valueOf(field) === value ? field : null;
}

function setProperty(element, name, value) {
  let owner = Object.getPrototypeOf(element);
  while (owner && !Object.getOwnPropertyDescriptor(owner, name)?.set) {
    owner = Object.getPrototypeOf(owner);
  }

  owner ? Object.getOwnPropertyDescriptor(owner, name).set.call(element, value) : element[name] = value;
}

/**
 * By what a field is found again, also when another circuit has rendered it anew: an id or a name may be made up anew then, as
 * component libraries do; then its place, or what it is called, has to do.
 */
const identityOf = field => ({
  id: (field.slot === 'control' ? '' : field.id).slice(0, 200), // of an input that a component's script makes, by a counter
  name: (field.getAttribute('name') ?? '').slice(0, 200), path: pathOf(field), sign: signOf(field),
});

/** What a field is and what it is called. */
function signOf(field) {
  const type = field.matches(fieldTags) ? typeOf(field) : '';
  const label = textOf(field.labels?.[0] ?? labelOf(field)) ?? field.getAttribute('aria-label') ?? field.getAttribute('label') ?? field.getAttribute('placeholder') ?? '';
  return `${field.localName}|${type}|${label.trim().slice(0, 100)}`;
}

/** Of a component that does not know its labels. */
const labelOf = field => (field.id && isOfComponent(field) ? document.querySelector(`label[for="${CSS.escape(field.id)}"]`) : null);

const unsaid = 'textarea, select, output, [role=alert], [role=status], [aria-live], .validation-message';

/** What a label says, without what the fields inside of it hold, and what is said of that. */
function textOf(label) {
  if (!label) {
    return undefined;
  }

  let text = '';
  for (const texts = document.createTreeWalker(label, NodeFilter.SHOW_TEXT); texts.nextNode();) {
    text += texts.currentNode.parentElement.closest(unsaid) ? '' : texts.currentNode.data;
  }

  return text;
}

function pathOf(field) {
  const steps = [];
  for (let element = field; element && element !== document.body; element = element.parentElement) {
    let place = 1;
    for (let other = element.previousElementSibling; other; other = other.previousElementSibling) {
      place += other.localName === element.localName;
    }

    steps.push(element.localName + place);
  }

  return steps.reverse().join('/').slice(-500);
}

const isSame = (one, other) =>
  one.at === other.at && one.sign === other.sign && ((one.path === other.path && !areOthers(one.id, other.id)) || (one.id !== '' && one.id === other.id));

/** Whether two ids are of two things of one kind, which only a number at their end tells apart. Others may have been made up anew. */
const areOthers = (one, other) => one !== other && kindOf(one) !== undefined && kindOf(one) === kindOf(other);
const kindOf = id => /^([^0-9]+)[0-9]{1,6}$/.exec(id)?.[1];

/** The field of the page with this identity. Of several with one name, the one at the same place. */
function findField(identity, isEligible = () => true) {
  const [tag, , label] = identity.sign.split('|');
  const fields = [...document.getElementsByTagName(tag)].filter(element => isField(element) && isEligible(element) && signOf(element) === identity.sign
    && mayBeKept(element) && groupOf(element)[0] === element);
  const others = fields.filter(element => !areOthers(identity.id, element.id));
  const single = found => (found.length > 1 ? found.filter(element => pathOf(element) === identity.path) : found)[0];
  return (identity.id && single(fields.filter(element => element.id === identity.id)))
    || (identity.name && single(others.filter(element => element.getAttribute('name') === identity.name)))
    || others.find(element => pathOf(element) === identity.path)
    || (label && fields.length === 1 && others[0])
    || null;
}

/** The field that has the focus. */
function focusedField() {
  const active = document.activeElement;
  return active && isField(active) ? groupOf(active)[0] : null;
}

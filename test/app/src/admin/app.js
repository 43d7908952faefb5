// The languages that administrators may choose from, beside English: those that the plugin speaks.
export default { config: { locales: ['de', 'es', 'fr', 'ja', 'pt-BR'] } };

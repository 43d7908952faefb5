import { MAX_TAG_TEMPLATES } from '../../server/admin-api/contract';
import { Box, Button, Flex, IconButton, TextInput } from '@strapi/design-system';
import { Plus, Trash } from '@strapi/icons';
import { useText } from '../text';

interface TemplateInputsProps {
  templates: readonly string[];
  invalid: boolean;
  onChange: (templates: readonly string[]) => void;
}

/** One line for each template; the last one stays. */
export function TemplateInputs({ templates, invalid, onChange }: TemplateInputsProps) {
  const text = useText();
  return (
    <Flex direction="column" alignItems="stretch" gap={2}>
      {templates.map((template, index) => (
        // A template has no name but its place.
        <Flex key={index} gap={2}>
          <Box flex="1" minWidth={0}>
            <TextInput
              aria-label={text('audience.template', { place: index + 1 })}
              name={`template-${index + 1}`}
              value={template}
              maxLength={255}
              spellCheck={false}
              autoComplete="off"
              aria-invalid={invalid}
              placeholder="category:{category.slug}"
              onChange={(event) => onChange(templates.map((other, at) => (at === index ? event.target.value : other)))}
            />
          </Box>
          {templates.length > 1 && (
            <IconButton
              label={text('audience.remove-template', { place: index + 1 })}
              variant="ghost"
              onClick={() => onChange(templates.filter((_, at) => at !== index))}
            >
              <Trash />
            </IconButton>
          )}
        </Flex>
      ))}
      {templates.length < MAX_TAG_TEMPLATES && (
        <Flex>
          <Button variant="tertiary" size="S" startIcon={<Plus />} onClick={() => onChange([...templates, ''])}>
            {text('audience.add-template')}
          </Button>
        </Flex>
      )}
    </Flex>
  );
}

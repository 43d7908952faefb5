import { Box, Flex, Typography } from '@strapi/design-system';
import { CheckCircle } from '@strapi/icons';
import { styled } from 'styled-components';
import { useText } from '../text';
import { Card } from '../ui/card';
import { InnerLinkButton } from '../ui/links';
import type { SetUpStep } from './set-up-steps';

/** What is left to do before the first push. */
export function SetUp({ steps }: { steps: SetUpStep[] }) {
  const text = useText();
  const next = steps.find(({ done }) => !done);
  return (
    <Card label={text('setup.title')}>
      <Flex direction="column" alignItems="stretch" gap={4}>
        <Flex direction="column" alignItems="flex-start" gap={1}>
          <Typography tag="h2" variant="beta">
            {text('setup.title')}
          </Typography>
          <Typography textColor="neutral600">
            {text('setup.done', { done: steps.filter(({ done }) => done).length, all: steps.length })}
          </Typography>
        </Flex>
        <Steps>
          {steps.map((step, index) => (
            <Step key={step.id} step={step} number={index + 1} next={step === next} />
          ))}
        </Steps>
      </Flex>
    </Card>
  );
}

function Step({ step, number, next }: { step: SetUpStep; number: number; next: boolean }) {
  const text = useText();
  return (
    <Flex tag="li" gap={3} alignItems="flex-start" aria-current={next ? 'step' : undefined}>
      <Mark $done={step.done} $next={next}>
        {step.done ? (
          <CheckCircle width="2.4rem" height="2.4rem" fill="success600" aria-label={text('setup.step-done')} />
        ) : (
          <Typography fontWeight="bold" textColor={next ? 'neutral0' : 'neutral600'} aria-hidden>
            {number}
          </Typography>
        )}
      </Mark>
      <Flex direction="column" alignItems="flex-start" gap={1} flex="1" minWidth={0}>
        {/* As high as its mark, so that both stand on one line. */}
        <Typography
          fontWeight="semiBold"
          textColor={step.done ? 'neutral600' : 'neutral800'}
          style={{ lineHeight: '2.4rem' }}
        >
          {text(step.title)}
        </Typography>
        {!step.done && <Typography textColor="neutral600">{text(step.body)}</Typography>}
        {step.unsure && (
          <Typography variant="pi" textColor="neutral600">
            {text('setup.unsure')}
          </Typography>
        )}
        {!step.done && (
          <Box paddingTop={1}>
            <InnerLinkButton to={step.to} variant={next ? 'default' : 'tertiary'}>
              {text(step.link)}
            </InnerLinkButton>
          </Box>
        )}
      </Flex>
    </Flex>
  );
}

const Steps = styled.ol`
  display: flex;
  flex-direction: column;
  gap: 1.6rem;
`;

const Mark = styled.span<{ $done: boolean; $next: boolean }>`
  display: inline-flex;
  align-items: center;
  justify-content: center;
  flex-shrink: 0;
  width: 2.4rem;
  height: 2.4rem;
  border-radius: 50%;
  background: ${({ theme, $done, $next }) => {
    if ($done) return 'transparent';
    return $next ? theme.colors.primary600 : theme.colors.neutral150;
  }};
`;

import type { ReactNode } from 'react';
import { Box, Flex, Typography } from '@strapi/design-system';
import { styled } from 'styled-components';

/** A white box on the page's grey ground. */
export function Card({ children, label }: { children: ReactNode; label?: string }) {
  return (
    <Box
      background="neutral0"
      hasRadius
      shadow="tableShadow"
      padding={{ initial: 4, medium: 6 }}
      minWidth={0}
      {...(label ? { tag: 'section', 'aria-label': label } : {})}
    >
      {children}
    </Box>
  );
}

/** Cards side by side where there is room, below one another on a phone; never wider than the page. */
export const CardGrid = styled.div`
  display: grid;
  gap: 1.6rem;
  grid-template-columns: repeat(auto-fit, minmax(min(100%, 38rem), 1fr));
  align-items: start;
`;

interface SectionProps {
  title: string;
  subtitle?: string;
  actions?: ReactNode;
  children: ReactNode;
}

/** A titled part of a page. */
export function Section({ title, subtitle, actions, children }: SectionProps) {
  return (
    <Flex tag="section" direction="column" alignItems="stretch" gap={4} minWidth={0} aria-label={title}>
      <Flex justifyContent="space-between" alignItems="center" gap={3} wrap="wrap">
        <Flex direction="column" alignItems="flex-start" minWidth={0}>
          <Typography tag="h2" variant="beta" style={{ overflowWrap: 'anywhere' }}>
            {title}
          </Typography>
          {subtitle && (
            <Typography variant="pi" textColor="neutral600" style={{ overflowWrap: 'anywhere' }}>
              {subtitle}
            </Typography>
          )}
        </Flex>
        {actions !== undefined && (
          <Flex gap={2} wrap="wrap">
            {actions}
          </Flex>
        )}
      </Flex>
      {children}
    </Flex>
  );
}

/** A number, or a short text, with what it is. */
export function Figure({ label, children }: { label: string; children: ReactNode }) {
  return (
    <Flex direction="column" alignItems="flex-start" minWidth={0}>
      <Typography tag="dt" variant="pi" textColor="neutral600">
        {label}
      </Typography>
      <Typography tag="dd" fontWeight="semiBold" textColor="neutral800" style={{ overflowWrap: 'anywhere' }}>
        {children}
      </Typography>
    </Flex>
  );
}

/** Figures in a row that wraps; `$column` is the least room each gets. */
export const Figures = styled.dl<{ $column?: string }>`
  display: grid;
  gap: 1.2rem 2.4rem;
  grid-template-columns: repeat(auto-fill, minmax(${({ $column = '11rem' }) => $column}, 1fr));
`;

import type { Counters } from '../../server/admin-api/contract';
import { styled, type DefaultTheme } from 'styled-components';
import { useText } from '../text';
import { presentKinds, type CounterLook, type Pattern } from './counter-kinds';
import { useCountersSentence } from './counters-sentence';

interface CountersBarProps {
  counters: Counters;
  /** What the full width stands for; what is not met yet stays empty. */
  total: number;
  height?: string;
  /** True where something around it already says the same. */
  decorative?: boolean;
}

/** What became of the devices of a push, as one bar. */
export function CountersBar({ counters, total, height = '0.8rem', decorative = false }: CountersBarProps) {
  const text = useText();
  const sentence = useCountersSentence();
  const label = decorative ? { 'aria-hidden': true } : { role: 'img', 'aria-label': sentence(counters) };
  return (
    <Track $height={height} {...label}>
      {total > 0 &&
        presentKinds(counters).map((look) => (
          <Part
            key={look.kind}
            $look={look}
            style={{ width: `${(counters[look.kind] / total) * 100}%` }}
            title={text(look.count, { count: counters[look.kind] })}
          />
        ))}
    </Track>
  );
}

const Track = styled.div<{ $height: string }>`
  display: flex;
  width: 100%;
  min-width: 8rem;
  height: ${({ $height }) => $height};
  border-radius: 0.4rem;
  overflow: hidden;
  background: ${({ theme }) => theme.colors.neutral150};
`;

const Part = styled.div<{ $look: CounterLook }>`
  height: 100%;
  background-color: ${({ theme, $look }) => theme.colors[$look.colour]};
  background-image: ${({ theme, $look }) => patternImage(theme, $look.pattern)};
  background-size: ${({ $look }) => ($look.pattern === 'dots' ? '5px 5px' : 'auto')};
  transition: width 300ms linear;
  @media (prefers-reduced-motion: reduce) {
    transition: none;
  }
`;

/** The same patterns as the chart draws, in CSS. */
function patternImage(theme: DefaultTheme, pattern: Pattern): string {
  const ink = theme.colors.neutral0;
  if (pattern === 'stripes') return `repeating-linear-gradient(45deg, transparent 0 4px, ${ink}99 4px 6px)`;
  if (pattern === 'dots') return `radial-gradient(${ink} 1px, transparent 1.5px)`;
  return 'none';
}

/** A small square in the colour and pattern of a bar's part, for lists that explain the bar. */
export const Swatch = styled(Part).attrs({ 'aria-hidden': true })`
  display: inline-block;
  flex-shrink: 0;
  width: 1.2rem;
  height: 1.2rem;
  border-radius: 0.2rem;
`;

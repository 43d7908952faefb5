import { FLEET_STATES, type FleetState, type OverviewLane } from '../../server/admin-api/contract';
import { Box, Flex, Typography } from '@strapi/design-system';
import { styled, type DefaultTheme } from 'styled-components';
import { useText } from '../text';
import { fleetOf } from './fleet';

const COLOURS: Record<FleetState, keyof DefaultTheme['colors']> = {
  fresh: 'success500',
  behind: 'warning500',
  silent: 'neutral400',
  unseen: 'secondary500',
  off: 'alternative500',
  refused: 'danger500',
};

/** A lane's devices by state, as one bar with its legend. */
export function FleetBar({ lane }: { lane: OverviewLane }) {
  const text = useText();
  const fleet = fleetOf(lane);
  const present = FLEET_STATES.filter((state) => fleet[state] > 0);
  return (
    <Flex direction="column" alignItems="stretch" gap={2}>
      <Bar aria-hidden>
        {present.map((state) => (
          <Box
            key={state}
            background={COLOURS[state]}
            height="100%"
            style={{ width: `${(fleet[state] / lane.devices) * 100}%` }}
          />
        ))}
      </Bar>
      <Flex tag="ul" gap={4} wrap="wrap">
        {present.map((state) => (
          <Flex tag="li" key={state} gap={1}>
            <Box background={COLOURS[state]} width="1rem" height="1rem" hasRadius aria-hidden />
            <Typography variant="pi">{text(`fleet.${state}`, { count: fleet[state] })}</Typography>
          </Flex>
        ))}
      </Flex>
    </Flex>
  );
}

const Bar = styled.div`
  display: flex;
  gap: 1px;
  height: 1rem;
  border-radius: 0.4rem;
  overflow: hidden;
  background: ${({ theme }) => theme.colors.neutral150};
`;

import type { ReactNode } from 'react';
import { Flex, Typography } from '@strapi/design-system';
import { Layouts, Page } from '@strapi/strapi/admin';
import { NavLink } from 'react-router-dom';
import { styled } from 'styled-components';
import { useMay } from '../permissions';
import { PATHS } from '../plugin-id';
import { useText } from '../text';

interface RoomProps {
  title: string;
  subtitle?: string;
  back?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
  /** Shows the ways to the plugin's other pages. Settings have Strapi's own. */
  nav?: boolean;
}

/** One page of the plugin: title, ways to its neighbours, content. */
export function Room({ title, subtitle, back, actions, children, nav = false }: RoomProps) {
  return (
    <Page.Main>
      <Page.Title>{title}</Page.Title>
      <Layouts.Header title={title} subtitle={subtitle} navigationAction={back} primaryAction={actions} />
      <Layouts.Content>
        <Flex direction="column" alignItems="stretch" gap={6} paddingBottom={10} minWidth={0}>
          {nav && <RoomNav />}
          {children}
        </Flex>
      </Layouts.Content>
    </Page.Main>
  );
}

function RoomNav() {
  const text = useText();
  const mayPushes = useMay('pushes.read');
  const mayDevices = useMay('devices.read');
  const mayActs = useMay('overview.read');
  return (
    <nav aria-label={text('nav.label')}>
      <Flex gap={5} wrap="wrap">
        <RoomLink to={PATHS.overview} label={text('nav.overview')} />
        {mayPushes && <RoomLink to={PATHS.pushes} label={text('nav.pushes')} />}
        {mayDevices && <RoomLink to={PATHS.devices} label={text('nav.devices')} />}
        {mayActs && <RoomLink to={PATHS.acts} label={text('nav.acts')} />}
      </Flex>
    </nav>
  );
}

function RoomLink({ to, label }: { to: string; label: string }) {
  return (
    <StyledNavLink to={to} end>
      <Typography fontWeight="semiBold">{label}</Typography>
    </StyledNavLink>
  );
}

const StyledNavLink = styled(NavLink)`
  padding: 0.6rem 0;
  text-decoration: none;
  border-bottom: 2px solid transparent;
  color: ${({ theme }) => theme.colors.neutral600};
  & > span {
    color: inherit;
  }
  &.active {
    color: ${({ theme }) => theme.colors.primary700};
    border-bottom-color: ${({ theme }) => theme.colors.primary600};
  }
`;

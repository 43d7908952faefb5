import type { ReactNode } from 'react';
import { Box, Flex, Typography } from '@strapi/design-system';
import { CheckCircle, Information, WarningCircle } from '@strapi/icons';

export type NoticeKind = 'info' | 'success' | 'warning' | 'danger';

interface Look {
  background: 'primary100' | 'success100' | 'warning100' | 'danger100';
  border: 'primary200' | 'success200' | 'warning200' | 'danger200';
  icon: 'primary600' | 'success600' | 'warning600' | 'danger600';
  Icon: typeof Information;
}

const LOOKS: Record<NoticeKind, Look> = {
  info: { background: 'primary100', border: 'primary200', icon: 'primary600', Icon: Information },
  success: { background: 'success100', border: 'success200', icon: 'success600', Icon: CheckCircle },
  warning: { background: 'warning100', border: 'warning200', icon: 'warning600', Icon: WarningCircle },
  danger: { background: 'danger100', border: 'danger200', icon: 'danger600', Icon: WarningCircle },
};

interface NoticeProps {
  kind: NoticeKind;
  title: string;
  children?: ReactNode;
  /** Buttons and links, below the text. */
  actions?: ReactNode;
}

/** Something an administrator should know: what is the matter, and what to do about it. It cannot be closed: it goes when its cause goes. */
export function Notice({ kind, title, children, actions }: NoticeProps) {
  const { background, border, icon, Icon } = LOOKS[kind];
  return (
    <Flex
      gap={3}
      alignItems="flex-start"
      background={background}
      borderColor={border}
      hasRadius
      padding={4}
      width="100%"
      role={kind === 'danger' ? 'alert' : 'status'}
    >
      <Box shrink={0} paddingTop="2px">
        <Icon aria-hidden fill={icon} width="1.6rem" height="1.6rem" />
      </Box>
      <Flex direction="column" alignItems="flex-start" gap={1} flex="1" minWidth={0}>
        <Typography fontWeight="bold" textColor="neutral800" style={{ overflowWrap: 'anywhere' }}>
          {title}
        </Typography>
        {children !== undefined && (
          <Typography tag="div" textColor="neutral800" style={{ overflowWrap: 'anywhere' }}>
            {children}
          </Typography>
        )}
        {actions !== undefined && (
          <Flex gap={2} wrap="wrap" paddingTop={2}>
            {actions}
          </Flex>
        )}
      </Flex>
    </Flex>
  );
}

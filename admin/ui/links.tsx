import { Link, LinkButton, Typography, type ButtonProps } from '@strapi/design-system';
import { Link as RouterLink } from 'react-router-dom';

/** A link inside the admin panel. */
export function InnerLink({ to, children }: { to: string; children: string }) {
  return (
    <Link tag={RouterLink} to={to}>
      {children}
    </Link>
  );
}

/** The same in small print, as high as the text around it. */
export function SmallLink({ to, children }: { to: string; children: string }) {
  return (
    <Typography tag={RouterLink} to={to} variant="pi" textColor="primary600">
      {children}
    </Typography>
  );
}

interface InnerLinkButtonProps {
  to: string;
  children: string;
  variant?: ButtonProps['variant'];
  size?: ButtonProps['size'];
}

/** A link inside the admin panel that looks like a button. */
export function InnerLinkButton({ to, children, variant = 'secondary', size = 'S' }: InnerLinkButtonProps) {
  return (
    <LinkButton tag={RouterLink} to={to} variant={variant} size={size}>
      {children}
    </LinkButton>
  );
}
